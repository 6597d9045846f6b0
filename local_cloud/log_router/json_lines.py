"""The JSON object that a line begins with, as Fluent Bit's parser takes it.

More text may follow, as a stack trace does that was joined to its line, but no second value. Control characters within
strings pass; what is no JSON of the standard does not, such as NaN, nor what is nested deeper than Fluent Bit follows.
"""

import json
import math
from typing import Any

_DEEPEST = 63
_BLANKS = " \t\n\r"


def read(line: str) -> dict[str, Any] | None:
    begin = len(line) - len(line.lstrip(_BLANKS))
    found = _value(line, begin)
    if found is None or not isinstance(found[0], dict):
        return None
    value, end = found
    rest = line[end:].lstrip(_BLANKS)
    return None if rest and _value(rest, 0) else value


def _value(text: str, begin: int) -> tuple[Any, int] | None:
    try:
        value, end = _DECODER.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return None
    return (value, end) if _is_within(value, _DEEPEST) else None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_constant, parse_float=_finite)


def _is_within(value: Any, depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_within(it, depth - 1) for it in inner if isinstance(it, dict | list))
