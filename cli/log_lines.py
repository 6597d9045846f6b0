"""Log lines: time, level, logger, then an event and what it is about as ``key=value``. One event is one line.

Only our own loggers are heard: those of the SDKs tell what they send, and that holds the values of settings.
"""

import logging
import sys
import time

OWN = ("cli", "deploy", "portal", "runtime", "service_catalog")


class OneLine(logging.Formatter):
    """``2026-11-26T14:12:36.123Z INFO runtime.bucket.env_files env file saved service=orders-api file=app …``"""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:
        """What people typed may hold line breaks; nobody shall write a line of the log. A traceback stands below."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


class Stderr(logging.Handler):
    """Whatever that is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)


_handler = Stderr()
_handler.setFormatter(OneLine())


def write_to_stderr(level: str) -> None:
    logging.getLogger().addHandler(_handler)  # which has it once, however often it is added
    for name in OWN:
        logging.getLogger(name).setLevel(level.upper())
