"""What is not as Slipway left it: deleted, stopped or changed outside, out of the catalog, or never registered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from runtime import drift
from runtime.running_tasks import Used
from runtime.snapshot import Snapshot
from service_catalog.messages import Message, say

Kind = Literal["deleted", "changed", "left-catalog", "unregistered", "unreadable"]


@dataclass(frozen=True)
class Drifted:
    service: str
    """Empty for tasks of no service that Slipway knows"""
    kind: Kind
    sentence: Message | str
    next_step: Message


def drifted(names: Sequence[str], taken: Snapshot, unregistered: Sequence[str] = ()) -> list[Drifted]:
    """``names``: the services of the catalog. ``unregistered``: ECS services of the cluster that Slipway never made."""
    return [*_changed(names, taken), *_unreadable(taken), *_unregistered(unregistered), *_foreign_tasks(taken)]


def _changed(names: Sequence[str], taken: Snapshot) -> Iterator[Drifted]:
    known = set(names)
    for row in taken.rows:
        if row.name not in known:
            sentence = say("it is provisioned, and the catalog has no such service in this environment")
            yield Drifted(row.name, "left-catalog", sentence, _LEFT)
            continue
        if found := drift.of(row):
            kind: Kind = "deleted" if found.is_gone else "changed"
            yield Drifted(row.name, kind, found.sentence, _MADE_AGAIN if found.is_gone else _LEFT_AS_IT_IS)
        elif row.name in taken.unconnected:
            yield Drifted(row.name, "changed", taken.unconnected[row.name], _RUN_AGAIN)


def _unreadable(taken: Snapshot) -> Iterator[Drifted]:
    for name, error in sorted(taken.unreadable.items()):
        yield Drifted(name, "unreadable", error.sentence, _RESTORED)


def _unregistered(names: Sequence[str]) -> Iterator[Drifted]:
    for name in names:
        sentence = say("ECS has this service in the cluster, and Slipway did not make it")
        yield Drifted(name, "unregistered", sentence, _UNREGISTERED)


def _foreign_tasks(taken: Snapshot) -> Iterator[Drifted]:
    if running := taken.running.get(""):
        of_all = Used.sum(running.used.values())
        sentence = say(
            "%(tasks)s tasks of the cluster belong to no service of Slipway; they take %(vcpu)s vCPU",
            tasks=of_all.tasks,
            vcpu=f"{of_all.cpu / 1024:g}",
        )
        yield Drifted("", "unregistered", sentence, _FOREIGN_TASKS)


_LEFT = say("the next `slipway up` destroys it, after a yes; who wants to keep it puts its entry back")
_MADE_AGAIN = say("the next `slipway up` makes it again, and releases what was live")
_LEFT_AS_IT_IS = say("it is left as it is until somebody releases, or runs `slipway up` with `--retry`")
_RUN_AGAIN = say("the next `slipway up` lets it in")
_RESTORED = say("nobody releases it until the record is put right")
_UNREGISTERED = say("register it, or delete it where it was made; nothing of Slipway touches it")
_FOREIGN_TASKS = say("find out who started them: `aws ecs list-tasks` shows them with `startedBy`")
