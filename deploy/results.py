"""How each stack's part of a run ended, as rows for a table and as an exit code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Status = Literal[
    "done",
    "unchanged",
    "failed",
    "rolled-back",
    "held-back",
    "not-destroyed",
    "skipped",
    "interrupted",
    "previewed",
    "awaits-approval",
]

_BAD: frozenset[Status] = frozenset({"failed", "rolled-back", "held-back", "skipped", "interrupted"})
AWAITS_APPROVAL = 4
"""Nothing went wrong, and what was begun has not come through: somebody has to continue it"""
INTERRUPTED = 130
"""What shells answer for a command that Ctrl-C ended"""


@dataclass(frozen=True)
class Result:
    """``held-back``: what is staged was rolled back before, so it waits. ``skipped``: what the stack needs failed.
    ``not-destroyed``: it left the catalog, and destroying it was not confirmed. ``awaits-approval``: it goes on once
    somebody says so."""

    stack: str
    status: Status
    why: str
    """Why the stack was touched at all"""
    ended: str = ""
    """What came of it, a sentence or two"""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Resources by what happened to them"""
    seconds: float = 0.0
    release: int | None = None
    details: tuple[str, ...] = ()
    """Failures one by one, or what the tasks left behind"""

    @property
    def further(self) -> tuple[str, ...]:
        """Details that the sentence does not hold already."""
        return tuple(detail for detail in self.details if detail not in self.ended)

    @property
    def is_bad(self) -> bool:
        return self.status in _BAD


def exit_code(results: Iterable[Result]) -> int:
    """0: what was tried came through. 1: something failed, was rolled back or could not be tried. 4: nothing of that,
    but something waits for approval. 130: interrupted."""
    statuses = {result.status for result in results}
    if "interrupted" in statuses:
        return INTERRUPTED
    if statuses & _BAD:
        return 1
    return AWAITS_APPROVAL if "awaits-approval" in statuses else 0


def as_json(result: Result) -> dict[str, Any]:
    """One line of ``--format jsonl``."""
    return {"event": "result", **asdict(result)}


def row(result: Result) -> tuple[str, str, str, str, str]:
    """Stack, how it ended in a word, the resources, how long, and the sentence."""
    seconds = f"{result.seconds:.1f} s" if result.seconds else ""
    return result.stack, result.status.replace("-", " "), in_words(result.counts), seconds, result.ended or result.why


def in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {_DONE.get(action, action)}" for action, count in counts.items())


def summary(results: Iterable[Result]) -> str:
    """One sentence over all of them."""
    found = list(results)
    touched = [result for result in found if result.status != "unchanged"]
    bad = [result for result in found if result.is_bad]
    left = [result for result in found if result.status == "not-destroyed"]
    if not found:
        return "nothing to do: nothing of it is there"
    if not touched:
        return f"nothing to do: {_these(found)} as the catalog says"
    if bad:
        return f"{len(bad)} of {len(found)} did not come through: {', '.join(result.stack for result in bad)}"
    waiting = [result for result in found if result.status == "awaits-approval"]
    counts = {
        "done": len(touched) - len(left) - len(waiting),
        "unchanged": len(found) - len(touched),
        "awaiting approval": len(waiting),
    }
    kept = f"; {len(left)} not destroyed: --yes destroys what left the catalog" if left else ""
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) + kept


def _these(found: Sequence[Result]) -> str:
    return f"{found[0].stack} is" if len(found) == 1 else f"all {len(found)} stacks are"


_DONE = {"create": "created", "import": "imported", "update": "updated", "replace": "replaced", "delete": "deleted"}
