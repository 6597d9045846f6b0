"""Filters that look at one record at a time."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from local_cloud.log_router import json_lines, patterns
from local_cloud.log_router.configuration import NotKnown, Section

Record = dict[str, Any]
Change = Callable[[Record], Record | None]
"""None drops the record."""
_ACCESSOR = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


def modify(section: Section) -> Change:
    section.only("name", "match", "condition", "set", "hard_rename")
    conditions = [_condition(section, it) for it in section.all("condition")]
    sets = [_words(section, "set", it) for it in section.all("set")]
    renames = [_words(section, "hard_rename", it) for it in section.all("hard_rename")]

    def change(record: Record) -> Record:
        if not all(holds(record) for holds in conditions):
            return record
        for old, new in renames:
            if old in record:
                record = {name: value for name, value in record.items() if name != new}
                record = {new if name == old else name: value for name, value in record.items()}
        return record | dict(sets)

    return change


def _condition(section: Section, said: str) -> Callable[[Record], bool]:
    kind, _, rest = said.partition(" ")
    field, _, pattern = rest.partition(" ")
    key = accessor(section, field)
    if kind.lower() == "key_does_not_exist" and not pattern:
        return lambda record: key not in record
    if kind.lower() == "key_value_matches" and pattern and " " not in pattern:
        matches = _pattern(section, pattern).search
        return lambda record: isinstance(record.get(key), str) and matches(record[key]) is not None
    raise section.not_known(f"condition {said}")


def record_modifier(section: Section) -> Change:
    section.only("name", "match", "allowlist_key")
    kept = {name.lower() for name in section.all("allowlist_key")}
    if not kept or any("*" in name for name in kept):
        raise section.not_known("allowlist_key")
    return lambda record: {name: value for name, value in record.items() if name.lower() in kept} or None


def parser(section: Section, parsers: Mapping[str, Section]) -> Change:
    """What is no JSON stays as it is."""
    section.only("name", "match", "key_name", "parser", "reserve_data", "preserve_key")
    key = section.one("key_name")
    found = parsers.get(section.one("parser"))
    if found is None or found.kind != "PARSER":
        raise section.not_known(f"parser {section.one('parser')}")
    found.only("name", "format")
    found.must_be("format", "json")
    for name in ("reserve_data", "preserve_key"):
        section.must_be(name, "on", default="off")

    def change(record: Record) -> Record:
        parsed = json_lines.read(record[key]) if isinstance(record.get(key), str) else None
        return record if parsed is None else parsed | record

    return change


def retag(section: Section) -> Callable[[Record], str | None]:
    """The tag under which a record comes again; None leaves it its own."""
    section.only("name", "match", "rule", "emitter_name", "emitter_mem_buf_limit")
    words = section.one("rule").split(" ")
    if len(words) != 4 or words[3].lower() != "false":
        raise section.not_known(f"rule {section.one('rule')}")
    key, matches, template = accessor(section, words[0]), _pattern(section, words[1]).search, words[2]

    def tag(record: Record) -> str | None:
        value = record.get(key)
        if not isinstance(value, str) or matches(value) is None:
            return None
        return _ACCESSOR.sub(lambda it: str(record.get(it[1], "")), template)

    return tag


def accessor(section: Section, said: str) -> str:
    found = _ACCESSOR.fullmatch(said)
    if found is None:
        raise section.not_known(f"record accessor {said}")
    return found[1]


def _words(section: Section, name: str, said: str) -> tuple[str, str]:
    words = said.split(" ")
    if len(words) != 2:
        raise section.not_known(f"{name} {said}")
    return words[0], words[1]


def _pattern(section: Section, pattern: str) -> re.Pattern[str]:
    try:
        return patterns.compiled(pattern)
    except NotKnown as error:
        raise section.not_known(f"pattern {error}") from error
