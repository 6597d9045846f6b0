"""Fills the templates of rows, and looks along their paths."""

from collections.abc import Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped]

from local_cloud.engine.provider import ProviderError


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """A template that is one name in braces becomes the value itself, of whatever type."""
    if isinstance(template, Mapping):
        return {key: fill(item, values) for key, item in template.items()}
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


def is_template(text: str) -> bool:
    return "{" in text


def look(path: str, answer: Any) -> Any:
    return jmespath.search(path, answer)
