"""Two texts compared, and one text changed, by key. Comments, order and blank lines stay as they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service_catalog.env_file.grammar import Line, effective, joined, lines, parse, render, setting
from service_catalog.env_file.secrets import is_suspect

MASK = "••••••"
"""What a diff shows of a value that looks like a secret: people paste diffs."""


@dataclass(frozen=True)
class KeyChange:
    key: str
    kind: Literal["added", "changed", "removed"]
    old: str | None
    """None where there is none, MASK where nobody is to read it here; so is ``new``"""
    new: str | None


def diff(old: str, new: str, is_masked: bool = False) -> list[KeyChange]:
    """What the container would get otherwise, by key in alphabetical order. ``is_masked``: no value is shown."""
    before, after = parse(old), parse(new)
    return _differences(before, after, {*before, *after} if is_masked else ())


def effective_diff(
    old: Sequence[str], new: Sequence[str], fixed: Collection[str] = (), masked: Sequence[bool] = ()
) -> list[KeyChange]:
    """Likewise of several files in their order. ``fixed`` are keys over which no file has a say; ``masked`` tells of
    each file whether its values stay hidden."""
    before, after = ({key: it for key, it in effective(texts).items() if key not in fixed} for texts in (old, new))
    hidden = {key for texts in (old, new) for text, it in zip(texts, masked, strict=False) if it for key in parse(text)}
    return _differences(before, after, hidden)


def _differences(before: Mapping[str, str], after: Mapping[str, str], hidden: Collection[str]) -> list[KeyChange]:
    return [
        KeyChange(
            key,
            _kind(before, after, key),
            _shown(key, before.get(key), key in hidden),
            _shown(key, after.get(key), key in hidden),
        )
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _shown(key: str, value: str | None, is_hidden: bool) -> str | None:
    return MASK if value and (is_hidden or is_suspect(key, value)) else value


def _kind(before: Mapping[str, str], after: Mapping[str, str], key: str) -> Literal["added", "changed", "removed"]:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"


def edited(text: str, wanted: Mapping[str, str | None]) -> str:
    """The text with these values; None takes a key away. What is set keeps its line, what is new goes to the end.

    Raises ValueError for a value that no line can hold.
    """
    render({key: value for key, value in wanted.items() if value is not None})
    now = parse(text)
    kept: list[Line] = []
    keys: set[str] = set()
    for line in reversed(list(lines(text))):  # from the end: the last line of a key is the one that counts
        if not line.is_setting or line.key not in wanted or now.get(line.key) == wanted[line.key]:
            kept.append(line)
            keys |= {line.key} if line.is_setting else set()
            continue
        value = wanted[line.key]
        if value is not None and line.key not in keys:
            kept.append(setting(line.key, value, line.ending))
            keys.add(line.key)
    return _with_new(joined(reversed(kept)), {key: value for key, value in wanted.items() if value and key not in now})


def _with_new(text: str, settings: Mapping[str, str]) -> str:
    if not settings:
        return text
    return (text if not text or text.endswith("\n") else f"{text}\n") + render(settings)


def with_lines(text: str, bodies: Mapping[int, str | None], added: Sequence[str] = ()) -> str:
    """The text with other lines in the place of those numbers; None takes one away. ``added`` go to the end, ended as
    the others are. What is not named stays byte for byte."""
    kept = [
        line._replace(body=bodies.get(line.number, line.body) or "") for line in lines(text) if _stays(line, bodies)
    ]
    begun = joined(kept)
    if not added:
        return begun
    ending = "\r" if "\r\n" in text else ""
    begun = begun if not begun or begun.endswith("\n") else f"{begun}{ending}\n"
    return begun + joined([*(Line(0, body, ending) for body in added), Line(0, "")])


def _stays(line: Line, bodies: Mapping[int, str | None]) -> bool:
    return bodies.get(line.number, line.body) is not None
