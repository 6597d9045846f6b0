"""Lays what ``environments.<name>`` says over an entry, before the entry is read.

Maps merge; lists and scalars replace; nothing (``exposure: ~``) takes the field away, so that its default holds again.
Merging happens on plain mappings, so that the model need not know which of its fields may be left out.
"""

from typing import Any

IDENTITY = frozenset({"name", "owner", "kind"})
"""The same in every environment: a service that answers to somebody else there is another service."""


def merged(entry: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
    result = dict(entry)
    for key, value in override.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            below = result.get(key)
            result[key] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result
