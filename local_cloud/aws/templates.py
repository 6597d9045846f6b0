"""Fills the templates of rows, and looks along their paths."""

from collections.abc import Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped]

from local_cloud.engine.provider import ProviderError


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """A template that is one name in braces becomes the value itself, of whatever type. An argument ``"{name?}"`` is
    left out where there is no such value."""
    if isinstance(template, Mapping):
        return {key: fill(_sure(item), values) for key, item in template.items() if _is_given(item, values)}
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    if not isinstance(template, str):
        return template
    try:
        if template.startswith("{") and template.endswith("}") and template[1:-1].isidentifier():
            return values[template[1:-1]]
        return template.format_map(values)
    except KeyError as missing:
        raise ProviderError(
            f"the property {missing} is needed to say which resource is meant, and is not known"
        ) from None


def _is_given(template: Any, values: Mapping[str, Any]) -> bool:
    return _sure(template) == template or values.get(template[1:-2]) is not None


def _sure(template: Any) -> Any:
    return template.replace("?}", "}") if isinstance(template, str) else template


def is_template(text: str) -> bool:
    return "{" in text


def look(path: str, answer: Any) -> Any:
    return jmespath.search(path, answer)
