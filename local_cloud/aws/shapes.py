"""Fits a resource's inputs to what an AWS operation takes, by botocore's description of that operation.

Pulumi's properties and AWS's members mostly differ in case alone (``cidrBlock``, ``CidrBlock``), and in a few regular
ways: one object for a list of at most one, JSON text for a structure, a mapping for a list of keys and values, a
boolean for ENABLED or DISABLED. Those are undone here for every type alike. Where the names differ, a row says so.
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

Names = Mapping[str, str | tuple[str, ...]]
"""Member -> the property (or the first of several properties) that it takes; "" for a member that takes none."""

_TRUE_AND_FALSE = (("ENABLED", "DISABLED"), ("enabled", "disabled"), ("Enabled", "Disabled"))


def fit(shape: Shape, value: Any, names: Names) -> Any:
    """``value`` in the form of ``shape``; what the shape does not know is left out."""
    if isinstance(shape, StructureShape):
        return _structure(shape, value, names)
    if isinstance(shape, ListShape):
        return [fit(shape.member, item, names) for item in _items(shape, value)]
    if isinstance(shape, MapShape):
        return {key: fit(shape.value, item, names) for key, item in _mapping(value).items()}
    return _scalar(shape, value)


def members_taking(shape: StructureShape, prop: str, names: Names) -> set[str]:
    """The members of an operation's input that the property ``prop`` goes into."""
    return {member for member in shape.members if _spelling(prop) in _candidates(member, names)}


def _structure(shape: StructureShape, value: Any, names: Names) -> Any:
    value = json.loads(value) if isinstance(value, str) and value.startswith("{") else value
    if isinstance(value, list):
        value = value[0] if value else {}
    if not isinstance(value, Mapping):
        [only] = shape.members
        return {only: fit(shape.members[only], value, names)}
    spelled = {_spelling(key): item for key, item in value.items() if item is not None}
    fitted = {}
    for member, member_shape in shape.members.items():
        found = next((name for name in _candidates(member, names) if name in spelled), None)
        if found is not None:
            fitted[member] = fit(member_shape, spelled[found], names)
    return fitted


def _candidates(member: str, names: Names) -> list[str]:
    wanted = names.get(member, member)
    return [_spelling(name) for name in ((wanted,) if isinstance(wanted, str) else wanted)]


def _spelling(name: str) -> str:
    return name.replace("_", "").lower()


def _items(shape: ListShape, value: Any) -> list[Any]:
    if isinstance(value, str):
        return json.loads(value) if value.lstrip().startswith("[") else [value]
    if not isinstance(value, Mapping):
        return list(value)
    pair = _key_and_value(shape.member)
    return [dict(zip(pair, item, strict=True)) for item in value.items()] if pair else [value]


def _key_and_value(shape: Shape) -> tuple[str, str] | None:
    """The two members of a shape such as Tag, Attribute or Dimension, which Pulumi writes as one mapping."""
    members = list(getattr(shape, "members", ()))
    if len(members) != 2 or not members[1].lower().endswith("value"):
        return None
    return (members[0], members[1]) if members[0].lower().endswith(("key", "name")) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return json.loads(value) if isinstance(value, str) else value


def _scalar(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "blob":
        return value if isinstance(value, bytes) else str(value).encode()
    return _text(shape, value) if kind == "string" else value


def _text(shape: Shape, value: Any) -> str:
    if isinstance(value, bool):
        enum = getattr(shape, "enum", ())
        pair = next((pair for pair in _TRUE_AND_FALSE if pair[0] in enum), ("true", "false"))
        return pair[0] if value else pair[1]
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
