"""One service provisioned out of 10 and out of 200: a whole process, imports included, as an engine starts it.

The program runs on the recording engine of the tests, so that only what is ours and the SDK is measured. What it costs
must not depend on how many services stand beside it: it reads one entry and the lock.
"""

import runpy
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import infra
from benchmarks import company
from benchmarks.rounds import Ratio, by_turns, in_a_process
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

FEW, MANY = 10, 200


def measure() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as directory:
        cases = {str(count): _provisioning(Path(directory) / str(count), count) for count in (FEW, MANY)}
        seconds = by_turns(cases, rounds=7, warm_up=1)
    few, many = seconds[str(FEW)], seconds[str(MANY)]
    return [
        Ratio(
            f"CPU of one changed service out of {MANY} / out of {FEW}",
            many / few,
            "at most 1.10",
            f"{many:.2f} s and {few:.2f} s, imports included",
        )
    ]


def _provisioning(directory: Path, count: int) -> Callable[[], object]:
    # Of the environment at hand each listener takes 100 rules; the rest of the services is in another.
    directory.mkdir()
    catalog = company.write_catalog(directory, count, ("local",))
    for file in sorted((directory / "services").glob("*.yaml"))[FEW:]:
        file.write_text("".join(line for line in file.open() if not line.startswith("exposure")))
    catalog.update_lock()
    code = f"from benchmarks.one_changed_service import provision; provision({company.names(1)[0]!r})"
    return lambda: in_a_process([sys.executable, "-c", code], SLIPWAY_CATALOG=str(directory))


def provision(service: str) -> None:
    """In a process of its own: what ``pulumi up -s local.<service>`` runs."""
    program = str(Path(infra.__file__).parent)
    engine = Recorder(stack_outputs=WRITTEN.as_mapping())
    engine.run(lambda: runpy.run_path(program, run_name="__main__"), f"local.{service}")
    assert engine.made
