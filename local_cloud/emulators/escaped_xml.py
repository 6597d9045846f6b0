"""Answers about load balancers are XML, whatever stands in a path.

MiniStack writes most values into the text as they are, so that one `&` in a health check's path made every
DescribeTargetGroups unreadable for ever. Where it builds XML of a record, it gets a copy whose texts are escaped.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from xml.sax.saxutils import escape

_BUILDERS = ("_attrs_xml", "_lb_xml", "_tg_xml", "_listener_xml", "_rule_xml")


class Escaped(str):
    """Is not escaped again where MiniStack does so by itself."""


def install(alb: Any) -> None:
    for name in _BUILDERS:
        setattr(alb, name, _of_escaped(getattr(alb, name)))
    alb._esc = _escaped_once


def _of_escaped(build: Callable[..., str]) -> Callable[..., str]:
    @wraps(build)
    def built(record: Any, *more: Any, **named: Any) -> str:
        return build(_escaped(record), *more, **named)

    return built


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return Escaped(escape(value))
    if isinstance(value, Mapping):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list | tuple) else value


def _escaped_once(text: str, entities: Mapping[str, str] | None = None) -> str:
    return text if isinstance(text, Escaped) else escape(text, dict(entities or {}))
