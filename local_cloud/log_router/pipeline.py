"""What happens to a record, as the sections of a configuration say: filters in their order, then outputs.

A record that gets another tag comes into the pipeline again from its beginning.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_cloud.log_router import configuration, filters, scripts
from local_cloud.log_router.configuration import NotKnown, Section
from local_cloud.log_router.multiline import Joins, joins

Record = dict[str, Any]
_PASSES_MAX = 20
"""Through the pipeline, of one record. Fluent Bit would go on for ever."""


@dataclass(frozen=True)
class Service:
    flush_seconds: float = 1.0
    grace_seconds: float = 5.0
    health_port: int | None = None


@dataclass(frozen=True)
class ToLogGroup:
    group: str
    stream: str
    key: str


@dataclass(frozen=True)
class ToBucket:
    bucket: str
    key_format: str
    """With strftime's signs, and ``$UUID``"""
    key: str
    bytes_at_most: int
    seconds_at_most: float
    """From its first line on, until an object is put"""


@dataclass(frozen=True)
class ToStream:
    """Of Firehose"""

    stream: str
    key: str


Target = ToLogGroup | ToBucket | ToStream


@dataclass(frozen=True)
class Output:
    matches: str
    target: Target | None
    """None: nowhere"""


@dataclass(frozen=True)
class Routed:
    target: Target
    record: Record
    moment: float
    """When the line was printed, in seconds of the epoch"""


@dataclass
class _Step:
    matches: str
    change: filters.Change | None = None
    retag: Any = None
    joins: Joins | None = None


class Pipeline:
    """``files``: of each of the configuration's files its text. Raises NotKnown."""

    def __init__(self, files: Mapping[str, str], environment: Mapping[str, str]):
        sections = [(name, section) for name, text in files.items() for section in _read(name, text)]
        self._parsers = {
            section.one("name"): section for _, section in sections if section.kind in ("PARSER", "MULTILINE_PARSER")
        }
        self.service = Service()
        self._steps: list[_Step] = []
        self._outputs: list[Output] = []
        for name, section in sections:
            try:
                self._add(section, environment)
            except NotKnown as error:
                raise NotKnown(f"{name}: {error}") from error

    def _add(self, section: Section, environment: Mapping[str, str]) -> None:
        match section.kind:
            case "SERVICE":
                self.service = _service(section)
            case "FILTER":
                self._steps.append(_step(section, self._parsers))
            case "OUTPUT":
                self._outputs.append(_output(section, environment))
            case "PARSER" | "MULTILINE_PARSER":
                pass  # read by the filters that name them
            case _:
                raise section.not_known("no such section")

    def take(self, tag: str, record: Record, moment: float, now: float) -> Iterator[Routed]:
        """What becomes of it at once: the rest waits in a filter. ``now`` is any clock's time in seconds."""
        yield from self._through(tag, record, moment, now, 0, _PASSES_MAX)

    def due(self, moment: float, now: float) -> Iterator[Routed]:
        """What waited long enough in a filter that joins lines."""
        for number, step in enumerate(self._steps):
            for tag, record in list(step.joins.due(now)) if step.joins else ():
                yield from self._through(tag, record, moment, now, number + 1, _PASSES_MAX)

    def _through(
        self, tag: str, record: Record, moment: float, now: float, begin: int, passes: int
    ) -> Iterator[Routed]:
        for number in range(begin, len(self._steps)):
            step = self._steps[number]
            if not fnmatch.fnmatchcase(tag, step.matches):
                continue
            if step.joins:
                for joined in list(step.joins.take(tag, record, now)):
                    yield from self._through(tag, joined, moment, now, number + 1, passes)
                return
            if step.retag and (new_tag := step.retag(record)) is not None:
                if passes:
                    yield from self._through(new_tag, record, moment, now, 0, passes - 1)
                return
            if step.change:
                changed = step.change(record)
                if changed is None:
                    return
                record = changed
        yield from self._out(tag, record, moment)

    def _out(self, tag: str, record: Record, moment: float) -> Iterator[Routed]:
        for output in self._outputs:
            if output.target and fnmatch.fnmatchcase(tag, output.matches):
                yield Routed(output.target, record, moment)


def _read(name: str, text: str) -> list[Section]:
    try:
        return configuration.read(text)
    except NotKnown as error:
        raise NotKnown(f"{name}: {error}") from error


def _service(section: Section) -> Service:
    section.only("flush", "grace", "http_server", "http_listen", "http_port")
    has_health = section.must_be("http_server", "on", "off", default="off") == "on"
    section.must_be("http_listen", "127.0.0.1", default="127.0.0.1")
    return Service(
        flush_seconds=float(section.one("flush", "1")),
        grace_seconds=float(section.one("grace", "5")),
        health_port=int(section.one("http_port", "2020")) if has_health else None,
    )


def _step(section: Section, parsers: Mapping[str, Section]) -> _Step:
    matches = section.one("match")
    match section.one("name").lower():
        case "modify":
            return _Step(matches, change=filters.modify(section))
        case "record_modifier":
            return _Step(matches, change=filters.record_modifier(section))
        case "parser":
            return _Step(matches, change=filters.parser(section, parsers))
        case "lua":
            return _Step(matches, change=scripts.script(section))
        case "rewrite_tag":
            return _Step(matches, retag=filters.retag(section))
        case "multiline":
            return _Step(matches, joins=joins(section, parsers))
    raise section.not_known("no such filter")


def _output(section: Section, environment: Mapping[str, str]) -> Output:
    matches = section.one("match")
    match section.one("name").lower():
        case "null":
            section.only("name", "match")
            return Output(matches, None)
        case "cloudwatch_logs":
            return Output(matches, _to_log_group(section, environment))
        case "s3":
            return Output(matches, _to_bucket(section, environment))
        case "kinesis_firehose":
            section.only("name", "match", "region", "delivery_stream", "log_key", "retry_limit")
            return Output(matches, ToStream(section.one("delivery_stream"), section.one("log_key")))
    raise section.not_known("no such output")


def _to_log_group(section: Section, environment: Mapping[str, str]) -> ToLogGroup:
    names = ("log_group_name", "log_stream_name", "log_key")
    section.only("name", "match", "region", "auto_create_group", "retry_limit", *names)
    section.must_be("auto_create_group", "off", default="off")
    group, stream, key = (_expanded(section.one(name), environment) for name in names)
    return ToLogGroup(group, stream, key)


def _to_bucket(section: Section, environment: Mapping[str, str]) -> ToBucket:
    names = ("bucket", "s3_key_format", "log_key", "total_file_size", "upload_timeout")
    others = ("region", "use_put_object", "compression", "store_dir", "retry_limit")
    section.only("name", "match", *others, *names)
    section.must_be("use_put_object", "on")
    section.must_be("compression", "gzip")
    bucket, key_format, key = (_expanded(section.one(name), environment) for name in names[:3])
    if not key_format.startswith("/") or re.search(r"\$(?!UUID)|%[^YmdHMS]", key_format):
        raise section.not_known(f"s3_key_format {key_format}")
    return ToBucket(bucket, key_format, key, _size(section), _seconds(section))


def _size(section: Section) -> int:
    found = re.fullmatch(r"(\d+)M", section.one("total_file_size", "100M"))
    if found is None:
        raise section.not_known(f"total_file_size {section.one('total_file_size')}")
    return int(found[1]) * 1_000_000


def _seconds(section: Section) -> float:
    found = re.fullmatch(r"(\d+)([sm])", section.one("upload_timeout", "10m"))
    if found is None:
        raise section.not_known(f"upload_timeout {section.one('upload_timeout')}")
    return int(found[1]) * {"s": 1.0, "m": 60.0}[found[2]]


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    for name, value in environment.items():
        text = text.replace(f"${{{name}}}", value)
    return text
