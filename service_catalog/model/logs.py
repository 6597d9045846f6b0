"""What happens to what a program prints."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import naming, patterns
from service_catalog.model.entry import Entry
from service_catalog.model.values import Retention

LineField = Annotated[str, StringConstraints(pattern=patterns.LINE_FIELD, max_length=200)]
LinePattern = Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=200)]
"""A regular expression; which of them are taken, ``line_patterns`` says."""


class Multiline(Entry):
    first_line: LinePattern
    """Regular expression for the line that begins a message; every other line belongs to the message before it"""
    retired: bool = False
    """Joins nothing any more; the log router stays there for releases that have it"""


class LogRoute(Entry):
    name: Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.LOG_ROUTE_NAME_MAX)]
    """Ends the name of its log group, beside the others of the service"""
    when: Annotated[dict[LineField, LinePattern], Field(min_length=1, max_length=10)]
    """Fields of the JSON line with a regular expression each, all of which must match; `a.b` is `b` inside of `a`"""
    retention_days: Retention = 30
    """How long CloudWatch keeps the lines"""
    drop: bool = False
    """Keeps its lines nowhere"""
    to: Literal["s3", "firehose"] | None = None
    """Instead of CloudWatch: compressed objects by day and hour in `s3`, or a `stream` of `firehose`"""
    bucket: Annotated[str, StringConstraints(pattern=patterns.BUCKET, max_length=63)] | None = None
    """Goes with `to: s3`: a bucket that is there, instead of the environment's `log_archive`"""
    stream: Annotated[str, StringConstraints(pattern=patterns.DELIVERY_STREAM, max_length=64)] | None = None
    """Goes with `to: firehose`: the name of a delivery stream that is there"""
    retired: bool = False
    """Takes no line any more; its log group stays there for releases that have it"""


class Logs(Entry):
    retention_days: Retention = 30
    """How long CloudWatch keeps the lines"""
    format: Literal["json", "text"] = "json"
    """What the program prints: `json` for a JSON object on each line, which `routes` need"""
    routes: Annotated[tuple[LogRoute, ...], Field(strict=False, max_length=20)] = ()
    """Log groups of their own for some lines, by Fluent Bit beside the program; the first route that matches wins"""
    multiline: Multiline | None = None
    """Joins the lines of a message, such as a stack trace, by Fluent Bit beside the program"""
    router_memory_mib: Annotated[int, Field(ge=50, le=4096)] = 100
    """What of a task's memory is reserved for Fluent Bit, where `routes` or `multiline` need it"""
