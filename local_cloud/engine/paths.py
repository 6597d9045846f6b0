"""Property paths, as ``ignore_changes`` and ``replace_on_changes`` name them: ``a.b[0]``, ``a["k"]``, ``a[*].b``."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
EVERY = "*"

_STEP = re.compile(
    r"""\.?(?P<name>[^.\[\]"]+) | \[(?P<index>\d+)] | \["(?P<key>(?:[^"\\]|\\.)*)"] | \[(?P<every>\*)]""", re.X
)


def parse(text: str) -> Path:
    """Raises ValueError for what is no path."""
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None:
            raise ValueError(f"{text!r} is no property path; write one like a.b[0].c or rules[*].id")
        steps.append(_value(step))
        position = step.end()
    return tuple(steps)


def _value(step: re.Match[str]) -> str | int:
    if step["index"] is not None:
        return int(step["index"])
    if step["key"] is not None:
        return re.sub(r"\\(.)", r"\1", step["key"])
    return step["name"] or EVERY


def restored(new: Mapping[str, Any], old: Mapping[str, Any], ignored: Iterable[str]) -> dict[str, Any]:
    """``new`` with the values of ``old`` at every ignored path."""
    result = copy.deepcopy(dict(new))
    for text in ignored:
        _restore(result, old, parse(text))
    return result


def _restore(new: Any, old: Any, path: Path) -> None:
    for key in _keys(new, old, path[0]):
        if len(path) == 1:
            _put_back(new, old, key)
        elif has(new, key) and has(old, key):
            _restore(new[key], old[key], path[1:])


def _put_back(new: Any, old: Any, key: str | int) -> None:
    if (has(old, key) and isinstance(new, dict)) or (has(old, key) and has(new, key)):
        new[key] = copy.deepcopy(old[key])
    elif isinstance(new, dict):
        new.pop(key, None)


def covers(pattern: Path, path: Path) -> bool:
    """Does the pattern name this path, or something that it lies in?"""
    return len(pattern) <= len(path) and all(a in (b, EVERY) for a, b in zip(pattern, path, strict=False))


def differences(new: Any, old: Any, path: Path) -> Iterator[Path]:
    """Where, from ``path`` down, the two have different values: as deep as both have something to go into."""
    new_value, old_value = at(new, path), at(old, path)
    keys = _keys(new_value, old_value, EVERY) if type(new_value) is type(old_value) else []
    if not keys:
        yield from [path] if new_value != old_value else []
    for key in keys:
        yield from differences(new, old, (*path, key))


def text(path: Path) -> str:
    """As ``parse`` reads it."""
    return "".join(_step_text(step) for step in path).removeprefix(".")


def _step_text(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if re.fullmatch(r"[\w-]+", step):
        return f".{step}"
    quoted = re.sub(r'(["\\])', r"\\\1", step)
    return f'["{quoted}"]'


def at(value: Any, path: Path) -> Any:
    """What stands there; None where there is nothing."""
    for step in path:
        value = value[step] if has(value, step) else None
    return value


def leads(value: Any, path: Path) -> bool:
    """Does something stand there?"""
    return has(at(value, path[:-1]), path[-1]) if path else True


def _keys(new: Any, old: Any, step: str | int) -> list[str | int]:
    if step != EVERY:
        return [step]
    if isinstance(new, list) and isinstance(old, list):
        return list(range(max(len(new), len(old))))
    return sorted({key for side in (new, old) if isinstance(side, Mapping) for key in side})


def has(container: Any, key: str | int) -> bool:
    """Is there anything at this step?"""
    if isinstance(container, Mapping):
        return key in container
    return isinstance(container, list) and isinstance(key, int) and key < len(container)
