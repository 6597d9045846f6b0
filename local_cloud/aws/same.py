"""When two values of a property mean the same to AWS, however a program writes them."""

import json
from collections.abc import Mapping
from typing import Any

EMPTY: tuple[Any, ...] = (None, "", [], {})


def is_same(old: Any, new: Any) -> bool:
    if old in EMPTY and new in EMPTY:
        return True
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(is_same(old.get(key), new.get(key)) for key in {*old, *new})
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return _is_same_list(list(old), list(new))
    if isinstance(old, str) and isinstance(new, str):
        return old == new or _is_same_json(old, new)
    return _spelled(old) == _spelled(new)


def _is_same_list(old: list[Any], new: list[Any]) -> bool:
    if len(old) != len(new):
        return False
    if all(isinstance(item, str | int) for item in old + new):
        # Plain items are sets to AWS (subnets, alarm actions, host names): their order says nothing.
        return sorted(map(_spelled, old)) == sorted(map(_spelled, new))
    return all(is_same(*pair) for pair in zip(old, new, strict=True))


def _is_same_json(old: str, new: str) -> bool:
    """Policies, container definitions and dashboards are JSON text."""
    if old[:1] not in "{[" or new[:1] != old[:1]:
        return False
    try:
        return bool(json.loads(old) == json.loads(new))
    except ValueError:
        return False


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
