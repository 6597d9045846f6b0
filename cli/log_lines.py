"""Log lines: time, level, logger, then an event and what it is about as ``key=value``, or all of it as JSON. One event
is one line.

Only our own loggers are heard: those of the SDKs tell what they send, and that holds the values of settings.
"""

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any, Literal

LogFormat = Literal["text", "json"]

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


class JsonLine(logging.Formatter):
    """``{"time": …, "level": "INFO", "logger": …, "event": "env file saved", "service": "orders-api", …}``

    What happens during a request names it, as its own line and the audit trail do.
    """

    def format(self, record: logging.LogRecord) -> str:
        from runtime.bucket.audit import came_from  # whoever asks for help need not wait for boto3
        from service_catalog.records.audit import Origin

        event, facts = _parts(record)
        if request := came_from.get(Origin()).request:
            facts.setdefault("request", request)
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"time": time, "level": record.levelname, "logger": record.name, "event": event}
        if record.exc_info:
            facts["traceback"] = self.formatException(record.exc_info)
        return json.dumps({**facts, **line}, default=str, ensure_ascii=False)


_FACT = re.compile(r"(\w+)=%\w")


def _parts(record: logging.LogRecord) -> tuple[str, dict[str, Any]]:
    """The event, and what it is about. Text of others has no facts and is an event as a whole."""
    names, values = _FACT.findall(str(record.msg)), record.args
    if isinstance(values, tuple) and names and len(names) == len(values):
        return _FACT.split(record.msg, maxsplit=1)[0].strip(), dict(zip(names, values, strict=True))
    return record.getMessage(), {}


FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {"text": OneLine, "json": JsonLine}


class Stderr(logging.Handler):
    """Whatever that is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)


_handler = Stderr()


def write_to_stderr(level: str, form: LogFormat = "text") -> None:
    _handler.setFormatter(FORMATTERS[form]())
    logging.getLogger().addHandler(_handler)  # which has it once, however often it is added
    for name in OWN:
        logging.getLogger(name).setLevel(level.upper())
