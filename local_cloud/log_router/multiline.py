"""Filters that make one record of several: the parts of a long line, the lines of one message."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from local_cloud.log_router import patterns
from local_cloud.log_router.configuration import NotKnown, Section

Record = dict[str, Any]
_RULE = re.compile(r'"(\w+)" "([^"]*)" "(\w+)"')


class Joins(Protocol):
    """``now`` is any clock's time in seconds."""

    def take(self, tag: str, record: Record, now: float) -> Iterator[Record]: ...

    def due(self, now: float) -> Iterator[tuple[str, Record]]:
        """What waited long enough."""
        ...


def joins(section: Section, parsers: Mapping[str, Section]) -> Joins:
    section.only("name", "match", "multiline.key_content", "mode", "multiline.parser", "flush_ms")
    key, wait_seconds = section.one("multiline.key_content"), int(section.one("flush_ms", "2000")) / 1000
    if section.one("mode", "parser") == "partial_message":
        return PartsOfLines(key, wait_seconds)
    found = parsers.get(section.one("multiline.parser", ""))
    if found is None or found.kind != "MULTILINE_PARSER" or section.all("mode"):
        raise section.not_known(f"multiline.parser {section.one('multiline.parser', '')}")
    return LinesOfMessages(key, wait_seconds, _first_lines(found))


def _first_lines(parser: Section) -> re.Pattern[str]:
    """Of two rules: the first line of a message, and any other."""
    parser.only("name", "type", "flush_timeout", "rule")
    parser.must_be("type", "regex")
    rules = [_RULE.fullmatch(it) for it in parser.all("rule")]
    states = [(it[1], it[3]) for it in rules if it]
    if len(states) != 2 or states[0][0] != "start_state" or {*states[0][1:], *states[1]} != {states[1][0]}:
        raise parser.not_known(f"rule {'; '.join(parser.all('rule'))}")
    first, rest = (it[2] for it in rules if it)
    ignores_case = "(?i)" if first.startswith("(?i)") else ""
    if rest != rf"{ignores_case}\A(?!.*(?:{first.removeprefix(ignores_case)}))":
        raise parser.not_known(f"rule {rest}")
    try:
        return patterns.compiled(first)
    except NotKnown as error:
        raise parser.not_known(f"pattern {error}") from error


class PartsOfLines:
    """The log driver cuts a long line, and says so in each part."""

    def __init__(self, key: str, wait_seconds: float):
        self._key, self._wait_seconds = key, wait_seconds
        self._waiting: dict[tuple[str, str], tuple[float, Record]] = {}

    def take(self, tag: str, record: Record, now: float) -> Iterator[Record]:
        if record.get("partial_message") != "true":
            yield record
            return
        place = (tag, str(record.get("partial_id")))
        _, before = self._waiting.pop(place, (now, {}))
        whole = {name: value for name, value in record.items() if not name.startswith("partial_")}
        whole[self._key] = f"{before.get(self._key, '')}{record[self._key]}"
        if record.get("partial_last") == "true":
            yield whole
        else:
            self._waiting[place] = (now, whole)

    def due(self, now: float) -> Iterator[tuple[str, Record]]:
        for place in [it for it, (since, _) in self._waiting.items() if now - since >= self._wait_seconds]:
            yield place[0], self._waiting.pop(place)[1]


class LinesOfMessages:
    """Until another message begins, or nothing comes for a while, a message may go on."""

    def __init__(self, key: str, wait_seconds: float, first_line: re.Pattern[str]):
        self._key, self._wait_seconds, self._begins = key, wait_seconds, first_line.search
        self._waiting: dict[str, tuple[float, Record]] = {}

    def take(self, tag: str, record: Record, now: float) -> Iterator[Record]:
        line = record.get(self._key)
        if not isinstance(line, str):
            yield record
            return
        _, before = self._waiting.pop(tag, (now, None))
        begins = self._begins(line) is not None
        if before is not None and begins:
            yield before
        if before is None and not begins:
            yield record
            return
        joined = record if before is None or begins else before | {self._key: f"{before[self._key]}\n{line}"}
        self._waiting[tag] = (now, joined)

    def due(self, now: float) -> Iterator[tuple[str, Record]]:
        for tag in [it for it, (since, _) in self._waiting.items() if now - since >= self._wait_seconds]:
            yield tag, self._waiting.pop(tag)[1]
