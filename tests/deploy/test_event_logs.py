"""Event logs of real `pulumi` runs (3.272, `--event-log FILE`): each ends with Pulumi's own counts.

They are of a program with a component and some dynamic resources, without the resources' states.
"""

import json
from pathlib import Path

import pytest
from pulumi.automation.events import EngineEvent

from deploy.pulumi_events import Reading

LOGS = {path.stem: path for path in Path(__file__).with_name("event_logs").glob("*.jsonl")}


def read(name: str) -> tuple[Reading, dict[str, int]]:
    reading = Reading("dev", lambda step: None, is_preview=name.startswith("preview"))
    counted: dict[str, int] = {}
    for line in LOGS[name].read_text().splitlines():
        event = EngineEvent.from_json(json.loads(line))
        reading.hear(event)
        if event.summary_event:
            counted = {str(kind): count for kind, count in event.summary_event.resource_changes.items()}
    return reading, counted


@pytest.mark.parametrize("name", LOGS)
def test_counts_are_those_of_pulumi(name):
    reading, counted = read(name)

    assert counted.pop("same", 0) >= 0
    assert reading.changes().counts == counted


@pytest.mark.parametrize(
    ("name", "ends_with"),
    [
        ("create", []),
        ("destroy", []),
        ("failed_create", ["no more addresses"]),
        ("program_error", ["the program failed: ValueError: the environment wants 4 (__main__.py:28)"]),
    ],
)
def test_what_went_wrong_is_told_once(name, ends_with):
    failures = read(name)[0].changes().failures

    assert [failure.splitlines()[-1].removeprefix("Exception: ") for failure in failures] == ends_with


def test_a_create_that_was_killed_is_told_by_the_next_run():
    [note] = read("pending_operations")[0].changes().notes

    assert note.startswith("an earlier run died while it created queue.")
    assert note.endswith("then `pulumi refresh -s dev --clear-pending-creates`")
