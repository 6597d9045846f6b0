"""The one Lua script that is known here, by the hash of its text, and what it does, in Python.

It leaves the line and, as text, the fields that the configuration lists in front of it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from local_cloud.log_router.configuration import Section

Record = dict[str, Any]

_LINE_AND_FIELDS = "00d6790bc68114f33bc6977e1bc4fe9ce3434963aa2f4c4120b41412e356b7cb"
_CODE = re.compile(r"local fields = \{(.*?)\} (local function .*)", re.DOTALL)
_FIELD = re.compile(r"(\w+) = \{((?:'(?:[^'\\]|\\\d{3})*'(?:, )?)+)\}(?:, )?")
_STEP = re.compile(r"'((?:[^'\\]|\\\d{3})*)'")


def script(section: Section) -> Callable[[Record], Record]:
    """Raises NotKnown."""
    section.only("name", "match", "call", "code")
    code = _CODE.fullmatch(section.one("code"))
    if code is None or digest(code[2]) != _LINE_AND_FIELDS or _FIELD.sub("", code[1]):
        raise section.not_known("a script other than that of Slipway")
    fields = {name: [_text(step) for step in _STEP.findall(steps)] for name, steps in _FIELD.findall(code[1])}
    return lambda record: _line_and_fields(record, fields)


def digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _text(written: str) -> str:
    """Lua spells a byte as a backslash and three digits."""
    spelled = re.sub(r"\\(\d{3})", lambda it: chr(int(it[1])), written)
    return spelled.encode("latin-1").decode() if spelled != written else written


def _line_and_fields(record: Record, fields: Mapping[str, list[str]]) -> Record:
    parsed = dict(record)
    found = {"log": parsed.pop("slipway_line", None)}
    found |= {name: _as_text(_at(parsed, steps)) for name, steps in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _as_text(value: Any) -> str | None:
    """Numbers are Lua's, which holds all of them in 64 bits of floating point."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = float(value)
        if number.is_integer() and abs(number) < 2**63:
            return str(int(number))
        return next(text for digits in (15, 16, 17) if float(text := f"{number:.{digits}g}") == number or digits == 17)
    return value if isinstance(value, str) else None
