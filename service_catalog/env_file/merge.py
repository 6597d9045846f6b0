"""Two people edited the same version: what both did, by key.

Where only one of them changed a key, that change holds. Where both did, and differently, the key is in conflict, and
the text holds ``mine`` until somebody chooses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service_catalog.env_file.changes import edited
from service_catalog.env_file.grammar import Line, joined, lines, parse


@dataclass(frozen=True)
class KeyConflict:
    """None stands for a key that is not there."""

    key: str
    base: str | None
    mine: str | None
    theirs: str | None


@dataclass(frozen=True)
class Merge:
    text: str
    conflicts: list[KeyConflict]


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Layout is mine, with the lines that they added and without those they took away."""
    if mine in (base, theirs):
        return Merge(theirs, [])
    if theirs == base:
        return Merge(mine, [])
    was, ours, others = parse(base), parse(mine), parse(theirs)
    conflicts, wanted = [], dict(ours)
    for key in sorted(others.keys() | was.keys()):
        old, new, own = was.get(key), others.get(key), ours.get(key)
        if new in (old, own):
            continue
        if own != old:
            conflicts.append(KeyConflict(key, old, own, new))
        elif new is None:
            del wanted[key]
        else:
            wanted[key] = new
    return Merge(_settled(_with_their_lines(base, mine, theirs), wanted), conflicts)


def _settled(text: str, wanted: dict[str, str]) -> str:
    now = parse(text)
    return edited(text, {key: wanted.get(key) for key in {**now, **wanted} if now.get(key) != wanted.get(key)})


def _with_their_lines(base: str, mine: str, theirs: str) -> str:
    """Lines are matched by key, comments by their text. A new one goes below the neighbour it has in their text."""
    before = {_identity(line) for line in lines(base)}
    others = [(line, _identity(line)) for line in lines(theirs)]
    gone = before - {identity for _line, identity in others}
    kept = [line for line in lines(mine) if line.is_setting or _identity(line) not in gone]
    chain = _Chain(kept)
    place = _Chain.START
    for line, identity in others:
        if not line.body:
            continue
        known = chain.places.get(identity)
        if known is not None:
            place = known
        elif identity not in before:
            place = chain.insert(line, place)
    return joined(chain)


class _Chain:
    """Lines in order, where another is put behind any of them without moving the rest."""

    START = 0

    def __init__(self, parts: list[Line]):
        self._lines, self._following = [Line(0, "")], [0]
        self.places: dict[tuple[bool, str], int] = {}
        """Of the first line of each identity"""
        last = self.START
        for line in parts:
            last = self.insert(line, last)

    def insert(self, line: Line, place: int) -> int:
        self._lines.append(line)
        self._following.append(self._following[place])
        self._following[place] = len(self._lines) - 1
        self.places.setdefault(_identity(line), self._following[place])
        return self._following[place]

    def __iter__(self) -> Iterator[Line]:
        at = self._following[self.START]
        while at != self.START:
            yield self._lines[at]
            at = self._following[at]


def _identity(line: Line) -> tuple[bool, str]:
    return (True, line.key) if line.is_setting else (False, line.body)
