"""What somebody changed in an entry, made to another reading of it: one that says more, or that others changed."""

from typing import Any

_MISSING = object()


def carried(onto: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """``onto`` with what changed from ``before`` to ``after``; the rest stays as it is."""
    result = dict(onto)
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key, _MISSING), after.get(key, _MISSING)
        if new is _MISSING:
            result.pop(key, None)
        elif isinstance(new, dict) and isinstance(result.get(key), dict):
            result[key] = carried(result[key], old if isinstance(old, dict) else {}, new)
        elif new != old:
            result[key] = new
    return result


def changed_in_both(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], path: str = "") -> list[str]:
    """Fields that two people gave different values: ``compute.cpu``."""
    found: list[str] = []
    for key in before.keys() | mine.keys() | theirs.keys():
        old, one, other = (said.get(key, _MISSING) for said in (before, mine, theirs))
        if one in (old, other) or other == old:
            continue
        below = f"{path}{key}"
        if isinstance(one, dict) and isinstance(other, dict):
            found += changed_in_both(old if isinstance(old, dict) else {}, one, other, f"{below}.")
        else:
            found.append(below)
    return sorted(found)
