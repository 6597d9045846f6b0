import logging

from cli.log_lines import OneLine
from tests.cli.conftest import Slipway


def line(message: str, *values: object) -> str:
    record = logging.LogRecord("runtime.bucket.env_files", logging.INFO, "", 0, message, values, None)
    record.created, record.msecs = 1_700_000_000.25, 250
    return OneLine().format(record)


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
