"""A mapping as the YAML that a person would write: plain where that is safe, quoted where YAML would misread.

Small groups are written on one line, in the model's order of fields; empty values are left out.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from service_catalog.fields import tree
from service_catalog.model import Environment, Service
from service_catalog.yaml_text.reader import plain_value

_LINE_MAX = 100
_ALWAYS_BELOW = frozenset({"image", "environment", "secrets", "environments"})
"""Groups that grow: a line each keeps their diffs apart."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN_START = re.compile(r"[\w/.$(]")
_FLOW_SIGNS = re.compile(r"[\[\]{},?]")  # some readers take a `?` for the begin of a key


def render(entry: Mapping[str, Any]) -> str:
    """A whole entry, as its file should read."""
    order = [*tree(Service).fields, "environments"] if "image" in entry else [*tree(Environment).fields]
    known = [key for key in order if key in entry]
    ordered = {key: entry[key] for key in [*known, *(key for key in entry if key not in known)]}
    return "".join(f"{line}\n" for line in _block(ordered, _ALWAYS_BELOW)) or "{}\n"


def block_lines(mapping: Mapping[str, Any], is_entry: bool, as_flow: bool = False) -> list[str]:
    """Of some fields, an entry's own or a group's. ``as_flow`` keeps a group on one line while that is short enough."""
    flat = [f"{_key(key)}: {inline(value)}" for key, value in mapping.items()]
    if as_flow and all(len(line) <= _LINE_MAX for line in flat):
        return flat
    return list(_block(mapping, _ALWAYS_BELOW if is_entry else frozenset()))


def item_lines(values: Iterable[Any]) -> list[str]:
    return list(_items(values))


def _block(mapping: Mapping[str, Any], below: frozenset[str] = frozenset()) -> Iterable[str]:
    for key, value in mapping.items():
        name = _key(key)
        if not isinstance(value, Mapping | list | tuple):
            yield f"{name}: {scalar(value)}"
            continue
        line = f"{name}: {inline(value)}"
        is_flat = not any(isinstance(inner, Mapping | list | tuple) and inner for inner in _values(value))
        if not value or (is_flat and key not in below and len(line) <= _LINE_MAX):
            yield line
        else:
            yield f"{name}:"
            yield from (f"  {inner}" for inner in (_block(value) if isinstance(value, Mapping) else _items(value)))


def _items(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        yield f"- {inline(value)}"


def inline(value: Any) -> str:
    """On one line, as it stands in a list or in a small group."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key, in_flow=True)}: {inline(part)}" for key, part in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    return scalar(value, in_flow=True)


def _values(value: Mapping[str, Any] | list[Any] | tuple[Any, ...]) -> Iterable[Any]:
    return value.values() if isinstance(value, Mapping) else value


def _key(key: str, in_flow: bool = False) -> str:
    """Words like ``no`` are quoted too: as a key, other YAML readers take them for what they take the value for."""
    is_plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) and plain_value(key) == (key, "")
    return key if is_plain else _quoted(key)


def scalar(value: Any, in_flow: bool = False) -> str:
    if value is None:
        return "~"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    return value if _is_safe(value, in_flow) else _quoted(value)


def _is_safe(text: str, in_flow: bool) -> bool:
    if not _PLAIN_START.match(text) or _UNPRINTABLE.search(text) or text != text.strip():
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    if in_flow and _FLOW_SIGNS.search(text):
        return False
    return plain_value(text) == (text, "") and not text.startswith(("---", "..."))


def _quoted(text: str) -> str:
    """YAML's double quotes take what JSON's do, but for signs beyond ASCII, which stand for themselves."""
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))
