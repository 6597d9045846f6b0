"""Whether a pattern could keep a backtracking engine busy for ever: Onigmo as well as Python tries every way to match.

A pattern is exponential when, in some loop of it, one text can be read in two ways: ``(a+)+``, ``(a|a)*``. Asked of its
automaton, in which a position is one character of the pattern: there are two ways when two different walks over the
same text lead from a position back to itself.
"""

import string
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from service_catalog.line_patterns.syntax import Choice, Node, NotUnderstood, Place, Repeat, Sequence, Sign, signs_of
from service_catalog.messages import say

POSITIONS_MAX = 150
"""Characters of a pattern with its repetitions written out"""
ENDLESS_MAX = 3
"""Endless repetitions that take almost anything: each makes the time a power higher"""

_T = TypeVar("_T")
_Pair = tuple[int, int]
_BEYOND_ASCII = "é語"
_ALPHABET = frozenset(string.printable + _BEYOND_ASCII)


def check_time(tree: Node) -> None:
    """Raises NotUnderstood."""
    endless = [it for it in _walk(tree) if isinstance(it, Repeat) and it.high is None and _takes_nearly_all(it.body)]
    if len(endless) > ENDLESS_MAX:
        raise NotUnderstood(
            say(
                "repeats any character without end %(count)s times; %(max)s at most",
                count=len(endless),
                max=ENDLESS_MAX,
            )
        )
    looks = [it.look for it in _walk(tree) if isinstance(it, Place) and it.look]
    for part in (tree, *looks):
        automaton = _Automaton()
        if automaton.positions_of(part) > POSITIONS_MAX:
            raise NotUnderstood(
                say("is too large once its repetitions are written out; %(max)s characters at most", max=POSITIONS_MAX)
            )
        automaton.read(part)
        if automaton.has_two_ways_around():
            raise NotUnderstood(
                say("could take for ever: within a repetition there are several ways to match one text"),
                say("put a character that ends each round into it, as the comma of ([a-z]+,)*"),
            )


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in _parts(node):
        yield from _walk(part)


def _parts(node: Node) -> Iterable[Node]:
    match node:
        case Sequence(parts):
            return parts
        case Choice(options):
            return options
        case Repeat(body):
            return (body,)
        case Place(look):
            return (look,) if look else ()
    return ()


def _takes_nearly_all(node: Node) -> bool:
    return isinstance(node, Sign) and len(signs_of(node.source, _ALPHABET)) > len(_ALPHABET) // 2


@dataclass(frozen=True)
class _Fragment:
    """A part of the pattern. Counts say in how many ways: more than one is a choice that an engine may come back to."""

    empty: int
    """Ways to match nothing"""
    first: Counter[int]
    last: Counter[int]


class _Automaton:
    def __init__(self) -> None:
        self._sources: list[str] = []
        self._follow: dict[int, Counter[int]] = defaultdict(Counter)

    def positions_of(self, node: Node) -> int:
        """Without building any: a pattern of a few signs may stand for millions."""
        if isinstance(node, Sign):
            return 1
        if isinstance(node, Place):
            return 0
        times = max(node.low, node.high or 0, 1) if isinstance(node, Repeat) else 1
        return times * sum(map(self.positions_of, _parts(node)))

    def read(self, node: Node) -> _Fragment:
        match node:
            case Sign(source):
                self._sources.append(source)
                here = len(self._sources) - 1
                return _Fragment(0, Counter([here]), Counter([here]))
            case Sequence(parts):
                return self._one_after_another(map(self.read, parts))
            case Choice(options):
                read = [self.read(it) for it in options]
                nothing: Counter[int] = Counter()
                firsts, lasts = sum((it.first for it in read), nothing), sum((it.last for it in read), nothing)
                return _Fragment(sum(it.empty for it in read), firsts, lasts)
            case Repeat():
                return self._repeated(node)
        return _Fragment(1, Counter(), Counter())

    def _one_after_another(self, fragments: Iterable[_Fragment]) -> _Fragment:
        done = _Fragment(1, Counter(), Counter())
        for new in fragments:
            self._join(done.last, new.first)
            done = _Fragment(
                done.empty * new.empty,
                done.first + _times(new.first, done.empty),
                new.last + _times(done.last, new.empty),
            )
        return done

    def _repeated(self, node: Repeat) -> _Fragment:
        needed = [self.read(node.body) for _ in range(node.low)]
        if node.high is None:
            loop = needed[-1] if needed else self.read(node.body)
            # A body that may be empty can be gone round once more for nothing.
            self._join(loop.last, _times(loop.first, 1 + loop.empty))
            rest = [] if needed else [_Fragment(1 + loop.empty, loop.first, loop.last)]
            return self._one_after_another([*needed, *rest])
        optional = _Fragment(1, Counter(), Counter())
        for _ in range(node.high - node.low):
            more = self._one_after_another([self.read(node.body), optional])
            optional = _Fragment(1 + more.empty, more.first, more.last)
        return self._one_after_another([*needed, optional])

    def _join(self, lasts: Counter[int], firsts: Counter[int]) -> None:
        for last, ways in lasts.items():
            self._follow[last].update(_times(firsts, ways))

    # --- the question ---

    def has_two_ways_around(self) -> bool:
        """Two walks that start together are a pair of positions; they part when the two differ."""
        takes = [signs_of(source, self._alphabet()) for source in self._sources]
        around = self._loops()
        edges: dict[_Pair, set[_Pair]] = defaultdict(set)
        for pair in ((one, other) for one in around for other in around[one]):
            for one in self._follow[pair[0]].keys() & around[pair[0]]:
                for other in self._follow[pair[1]].keys() & around[pair[0]]:
                    if takes[one] & takes[other]:
                        edges[pair].add((one, other))
        doubled = any(self._follow[one][other] > 1 for one in around for other in around[one])
        together: list[_Pair] = [(one, one) for one in around]
        backwards: dict[_Pair, set[_Pair]] = defaultdict(set)
        for before, afterwards in edges.items():
            for after in afterwards:
                backwards[after].add(before)
        onwards, back = _reached(together, edges), _reached(together, backwards)
        return doubled or bool((onwards & back).difference(together))

    def _alphabet(self) -> frozenset[str]:
        return _ALPHABET | frozenset("".join(self._sources))

    def _loops(self) -> dict[int, set[int]]:
        """By position, those that it leads to and that lead back."""
        reach = {it: _reached(self._follow[it], self._follow) for it in range(len(self._sources))}
        return {
            it: loop
            for it in reach
            if (loop := {other for other in reach[it] if it in reach[other] and it in reach[it]})
        }


def _times(counter: Counter[int], ways: int) -> Counter[int]:
    return Counter({it: min(count * ways, 2) for it, count in counter.items() if ways})


def _reached(start: Iterable[_T], edges: Mapping[_T, Collection[_T]]) -> set[_T]:
    """``start`` and all that it leads to."""
    found: set[_T] = set()
    left = list(start)
    while left:
        here = left.pop()
        if here not in found:
            found.add(here)
            left.extend(edges.get(here, ()))
    return found
