"""What the real engine made is what the embedded one would have made: an environment, and one service of each kind.

The tests stand in the order of a platform's life; each goes on where the one before it ended.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.pulumi_engine import PulumiEngine
from service_catalog import naming
from tests.e2e.platform import Platform, empty_platform
from tests.real_engine.cli import Pulumi, needs_pulumi
from tests.real_engine.integrity import complaints, records_of

SERVICES = ("orders-api", "receipts", "report", "backfill")
STACKS = (naming.LOCAL, *(f"{naming.LOCAL}.{service}" for service in SERVICES))

pytestmark = needs_pulumi


@pytest.fixture(scope="module")
def platform(directory: Path) -> Iterator[Platform]:
    with empty_platform(directory, *SERVICES) as running:
        yield running


@pytest.mark.parametrize("stack", STACKS)
def test_both_plan_the_same_and_the_real_one_makes_it(platform: Platform, real: PulumiEngine, stack: str) -> None:
    planned, made = platform.engine.preview(stack), real.up(stack, lambda step: None)

    assert (planned.failures, made.failures) == ((), ())
    assert made.counts == planned.counts


@pytest.mark.parametrize("stack", STACKS)
def test_the_embedded_engine_finds_nothing_to_do_in_what_the_real_one_made(platform: Platform, stack: str) -> None:
    assert platform.previews([stack]) == {}
    refreshed = platform.engine.refresh(stack, lambda step: None)
    assert (refreshed.failures, refreshed.counts) == ((), {})


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_embedded_engine_then_changes_the_real_one_finds_done(platform, pulumi: Pulumi, service: str) -> None:
    stack = f"{naming.LOCAL}.{service}"
    platform.edit(service, lambda entry: entry["environments"].update(local={"logs": {"retention_days": 14}}))

    done = platform.engine.up(stack, lambda step: None)

    assert (done.failures, bool(done.counts)) == ((), True)
    pulumi.must_find_nothing_to_do(stack)
    file = platform.cloud.state / "pulumi" / ".pulumi" / "stacks" / naming.PROJECT / f"{stack}.json"
    assert list(complaints(records_of(file.read_text()))) == []
