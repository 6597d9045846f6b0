"""Two people edited the same version: what both did, by key.

Where only one of them changed a key, that change holds. Where both did, and differently, the key is in conflict, and
the text holds ``mine`` until somebody chooses.
"""

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
    """Lines are told apart by key, comments by their words. A new one goes below the neighbour it has in their text."""
    before = {_identity(line) for line in lines(base)}
    after = {_identity(line) for line in lines(theirs)}
    result = [line for line in lines(mine) if _identity(line) not in before - after or line.is_setting]
    place = 0
    for line in lines(theirs):
        known = next((at for at, own in enumerate(result) if _identity(own) == _identity(line)), None)
        if known is not None and line.body:
            place = known + 1
        elif line.body and _identity(line) not in before:
            result.insert(place, line)
            place += 1
    return joined(result)


def _identity(line: Line) -> tuple[bool, str]:
    return (True, line.key) if line.is_setting else (False, line.body)
