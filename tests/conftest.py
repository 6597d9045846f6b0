"""A platform per test file: starting one takes seconds, and what one file's tests change concerns no other file.

At the end of a run stands what was skipped, and why: a green run says what it did not look at.
"""

import gc
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.platform import Platform

# A suite in the background ignores Ctrl-C, and so would every program that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

SERVICES: tuple[str, ...] = ()
"""A test file says in a constant of this name which sample services it needs; none means all."""


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: half of the time a worker waits for a platform, a browser or a poll."""
    return len(os.sched_getaffinity(0)) + 2


def pytest_collection_finish() -> None:
    # The collector would walk through every imported module again and again: a fourth of the time of many tests.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """What a test file leaves open is told in that file, not in whichever is running when the collector comes by."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("platform")


@pytest.fixture(scope="module")
def platform(request: pytest.FixtureRequest, directory: Path) -> "Iterator[Platform]":
    """The environment, and what the test file names in SERVICES, provisioned and never released.

    MINUTE_SECONDS of the test file is how long a minute of an ECS deployment takes.
    """
    # Tests that need no platform do not wait for everything that it imports.
    from tests.e2e.platform import empty_platform

    services = getattr(request.module, "SERVICES", SERVICES)
    minute_seconds = getattr(request.module, "MINUTE_SECONDS", 60)
    with empty_platform(directory, *services, minute_seconds=minute_seconds) as running:
        running.up()
        running.seed()
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} tests were SKIPPED", yellow=True)
    reasons = Counter(_reason(report.longrepr) for report in skipped)
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count:5}  {reason}")


def _reason(said: object) -> str:
    return str(said[2] if isinstance(said, tuple) else said).removeprefix("Skipped: ")
