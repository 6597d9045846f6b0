import json
import logging
import sys

import pytest

from cli.log_lines import JsonLine, OneLine
from runtime.bucket.audit import came_from
from service_catalog.records.audit import Origin
from tests.cli.conftest import Slipway


def a_record(message: str, *values: object) -> logging.LogRecord:
    record = logging.LogRecord("runtime.bucket.env_files", logging.INFO, "", 0, message, values, None)
    record.created, record.msecs = 1_700_000_000.25, 250
    return record


def line(message: str, *values: object) -> str:
    return OneLine().format(a_record(message, *values))


def test_an_event_is_one_line_of_time_level_logger_and_facts():
    assert line("env file saved service=%s version=%d", "orders-api", 3) == (
        "2023-11-14T22:13:20.250Z INFO runtime.bucket.env_files env file saved service=orders-api version=3"
    )


def test_nobody_writes_a_line_of_the_log():
    assert line("release claimed who=%s", "sato\n2023-11-14T22:13:20Z INFO x").endswith(
        "who=sato\\n2023-11-14T22:13:20Z INFO x"
    )


def test_the_sdks_are_not_heard(slipway: Slipway):
    """They tell what they send."""
    assert slipway("--log", "debug", "catalog", "validate").exit_code == 0
    assert not logging.getLogger("botocore.endpoint").isEnabledFor(logging.INFO)
    assert logging.getLogger("runtime.releases").isEnabledFor(logging.DEBUG)


def test_as_json_an_event_and_its_facts_are_members_of_their_own():
    assert json.loads(JsonLine().format(a_record("env file saved service=%s version=%d", "orders-api", 3))) == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "INFO",
        "logger": "runtime.bucket.env_files",
        "event": "env file saved",
        "service": "orders-api",
        "version": 3,
    }


@pytest.mark.parametrize("message", ["100% of it", "half %s of it", "name=%s and %s"])
def test_text_of_others_is_an_event_as_a_whole(message):
    values = ("x", "y")[: message.count("%s")]

    found = json.loads(JsonLine().format(a_record(message, *values)))

    assert found["event"] == (message % values if values else message)


def test_as_json_a_line_break_and_a_traceback_stay_in_their_line():
    record = a_record("page failed who=%s", "sato\nINFO x")
    try:
        raise ValueError("odd")
    except ValueError:
        record.exc_info = sys.exc_info()

    [found] = JsonLine().format(record).splitlines()

    assert json.loads(found)["who"] == "sato\nINFO x"
    assert "ValueError: odd" in json.loads(found)["traceback"]


def test_what_happens_during_a_request_names_it():
    token = came_from.set(Origin(request="Root=1-67891233-abcdef012345678912345678"))
    try:
        found = json.loads(JsonLine().format(a_record("env file saved service=%s", "orders-api")))
    finally:
        came_from.reset(token)

    assert found["request"] == "Root=1-67891233-abcdef012345678912345678"
