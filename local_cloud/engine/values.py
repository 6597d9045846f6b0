"""Property values: protobuf Structs on the wire, plain Python inside, with the places of secrets kept beside them.

Inside the engine a secret is an ordinary value and ``secrets`` is the set of paths at which secrets stand; so providers
and diffs see plain data, and what leaves (to the program, to the state file) is wrapped again.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.rpc import UNKNOWN

from local_cloud.engine import paths
from local_cloud.engine.paths import Path

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ASSETS = {"c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"}

Secrets = frozenset[Path]
NO_SECRETS: Secrets = frozenset()


def from_struct(struct: Struct) -> tuple[dict[str, Any], Secrets]:
    """Plain values (whole numbers as ints), and where the secrets were."""
    return revealed(MessageToDict(struct), lambda wrapped: wrapped.get("value"))


def to_struct(values: Mapping[str, Any], secrets: Collection[Path] = ()) -> Struct:
    struct = Struct()
    struct.update(concealed(values, secrets, lambda plain: {"value": plain}))
    return struct


def revealed(values: Mapping[str, Any], open: Callable[[Mapping[str, Any]], Any]) -> tuple[dict[str, Any], Secrets]:
    """``open`` gives the plain value of a wrapped secret."""
    found: set[Path] = set()

    def plain(value: Any, path: Path) -> Any:
        if isinstance(value, Mapping):
            if value.get(SIGNATURE) == SECRET:
                found.add(path)
                return plain(open(value), path)
            return {key: plain(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item, (*path, index)) for index, item in enumerate(value)]
        return whole(value)

    return plain(values, ()), frozenset(found)


def whole(value: Any) -> Any:
    """Every number on the wire is a float; 80.0 must be 80 for whoever compares or sends it on."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def concealed(
    values: Mapping[str, Any], secrets: Collection[Path], wrap: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """``values`` with a wrapped value wherever a secret path leads to one."""

    def hidden(value: Any, path: Path) -> Any:
        if path in secrets:
            return {SIGNATURE: SECRET, **wrap(value)}
        if isinstance(value, Mapping):
            return {key: hidden(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [hidden(item, (*path, index)) for index, item in enumerate(value)]
        return value

    return dict(values) if not secrets else hidden(values, ())


def has_unknowns(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(has_unknowns(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(has_unknowns(item) for item in value)
    return bool(value == UNKNOWN)


def has_assets(value: Any) -> bool:
    if isinstance(value, Mapping):
        return value.get(SIGNATURE) in ASSETS or any(has_assets(item) for item in value.values())
    return isinstance(value, list) and any(has_assets(item) for item in value)


def inherited(values: Mapping[str, Any], secrets: Collection[Path]) -> Secrets:
    """Those of the secret paths that lead to something in ``values``; what lies inside a secret goes unnamed."""
    present = {path for path in secrets if paths.leads(values, path)}
    return frozenset(path for path in present if not any(path[:length] in present for length in range(1, len(path))))


def with_copies(secrets: Collection[Path], copies: Mapping[str, str]) -> Secrets:
    """``copies``: properties that repeat others, which they name."""
    repeated = {(copy, *path[1:]) for copy, source in copies.items() for path in secrets if path[:1] == (source,)}
    return frozenset(secrets) | repeated


def changed(new: Mapping[str, Any], old: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the properties that are not the same in both."""
    absent = object()
    return tuple(sorted(key for key in {*new, *old} if new.get(key, absent) != old.get(key, absent)))
