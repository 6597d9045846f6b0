"""What a release is: what was wished, what it holds, how it ended, and how each stands in S3 as JSON.

Everything is frozen and written once. The reader of a record checks its shape, since a person with a break-glass role
may have written it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from runtime.aws.errors import GatewayError
from service_catalog.messages import as_data, from_data, say

T = TypeVar("T")
Kind = Literal["deploy", "env", "definition", "roll-back"]
Workload = Literal["web", "worker", "job", "task"]
"""The kind of a service: what carries its releases"""
Status = Literal["succeeded", "rolled-back", "stopped", "failed", "not-carried-out"]


@dataclass(frozen=True)
class TaskLimits:
    """How many tasks may run."""

    min: int
    max: int

    def clamp(self, count: int) -> int:
        """The count nearest to ``count`` within the bounds."""
        return min(max(count, self.min), self.max)

    def __str__(self) -> str:
        return str(self.min) if self.min == self.max else f"{self.min} to {self.max}"


@dataclass(frozen=True)
class ReleaseRequest:
    """What somebody wants to run. What is left out stays as it is live."""

    image: str | None = None
    """A tag, or ``sha256:…``"""
    env: Mapping[str, int] = field(default_factory=dict)
    """Version by env file"""
    definition: bool = True
    """Take what the catalog provisioned last; False keeps the definition that is live"""
    to: int | None = None
    """Roll back to that release, which then decides everything"""


@dataclass(frozen=True)
class Contents:
    """What a release holds together: the three things that change independently."""

    image: str
    """The full reference"""
    env: Mapping[str, int]
    definition: str
    """ARN of the provisioned definition, with placeholders"""


@dataclass(frozen=True)
class Diagnosis:
    """Why a release most likely failed."""

    code: str
    """What kind of failure it is; empty where only a sentence is known"""
    sentence: str
    """``Most likely: …``"""
    advice: str = ""
    keys: tuple[str, ...] = ()
    """Env keys that it blames"""
    others: str = ""
    """What else changed with the release, where the sentence is a guess"""
    said: tuple[str, ...] = ()
    """What ECS said of the release, in its own words"""
    ending: str = ""
    """What came of it, beside that the release failed"""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    status: Status
    when: datetime
    reason: str = ""
    """All of it in sentences"""
    evidence: tuple[str, ...] = ()
    """What the tasks left behind: reasons, exit codes, last log lines without env values"""
    diagnosis: Diagnosis | None = None
    """None for one that did not fail, and for those written before it was kept"""


@dataclass(frozen=True)
class Release:
    number: int
    service: str
    kind: Kind
    contents: Contents
    revision: str
    """ARN of the task definition that runs: this release's own"""
    tasks: TaskLimits | None
    """None for jobs and tasks, of which nothing runs for good"""
    base: int | None
    """The release that was live when this one was claimed"""
    who: str
    why: str
    when: datetime
    token: str
    outcome: Outcome | None = None
    entry: Mapping[str, Any] | None = None
    """The catalog's entry that its definition was provisioned from; None in records of before it was kept"""
    workload: Workload = "web"


@dataclass(frozen=True)
class StopRequest:
    who: str
    when: datetime


@dataclass(frozen=True)
class FailedProvisioning:
    """The service was changed by Pulumi, or tried to be, and did not come through."""

    when: datetime
    who: str
    sentence: str
    details: tuple[str, ...] = ()
    """What the tasks left behind, or the failures of single resources"""
    is_rollback: bool = False
    """Everything was provisioned, and then ECS went back"""


# --- as JSON ----------------------------------------------------------------------------------------------------------


def release_json(release: Release) -> dict[str, Any]:
    """A claim, as it stands in ``releases/``; the outcome has an object of its own."""
    return {
        "number": release.number,
        "service": release.service,
        "kind": release.kind,
        "image": release.contents.image,
        "env": dict(release.contents.env),
        "definition": release.contents.definition,
        "revision": release.revision,
        "tasks": {"min": release.tasks.min, "max": release.tasks.max} if release.tasks else None,
        "base": release.base,
        "who": release.who,
        "why": as_data(release.why),
        "when": release.when.isoformat(),
        "token": release.token,
        "entry": release.entry,
        "workload": release.workload,
    }


def read_release(said: Mapping[str, Any], outcome: Outcome | None = None) -> Release:
    return Release(
        number=said["number"],
        service=said["service"],
        kind=said["kind"],
        contents=Contents(said["image"], dict(said["env"]), said["definition"]),
        revision=said["revision"],
        tasks=TaskLimits(**said["tasks"]) if said["tasks"] else None,
        base=said["base"],
        who=said["who"],
        why=from_data(said["why"]),
        when=datetime.fromisoformat(said["when"]),
        token=said["token"],
        outcome=outcome,
        entry=said.get("entry"),
        workload=said.get("workload", "web"),
    )


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "when": outcome.when.isoformat(),
        "reason": as_data(outcome.reason),
        "evidence": list(outcome.evidence),
        "diagnosis": _diagnosis_json(outcome.diagnosis) if outcome.diagnosis else None,
    }


def read_outcome(said: Mapping[str, Any]) -> Outcome:
    evidence, kept = tuple(said.get("evidence", ())), said.get("diagnosis")
    return Outcome(
        said["status"],
        datetime.fromisoformat(said["when"]),
        from_data(said.get("reason", "")),
        evidence,
        _read_diagnosis(kept, evidence) if kept else None,
    )


def _diagnosis_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """Without the evidence, which stands in the outcome."""
    sentences = {name: as_data(getattr(diagnosis, name)) for name in ("sentence", "advice", "others", "ending")}
    return {"code": diagnosis.code, **sentences, "keys": list(diagnosis.keys), "said": list(diagnosis.said)}


def _read_diagnosis(said: Mapping[str, Any], evidence: tuple[str, ...]) -> Diagnosis:
    sentences = {name: from_data(said.get(name, "")) for name in ("sentence", "advice", "others", "ending")}
    return Diagnosis(
        said["code"],
        **sentences,
        keys=tuple(said.get("keys", ())),
        said=tuple(said.get("said", ())),
        evidence=evidence,
    )


def stop_json(request: StopRequest) -> dict[str, Any]:
    return {"who": request.who, "when": request.when.isoformat()}


def read_stop(said: Mapping[str, Any]) -> StopRequest:
    return StopRequest(said["who"], datetime.fromisoformat(said["when"]))


def failed_provisioning_json(failed: FailedProvisioning) -> dict[str, Any]:
    return {
        "when": failed.when.isoformat(),
        "who": failed.who,
        "sentence": as_data(failed.sentence),
        "details": [as_data(detail) for detail in failed.details],
        "is_rollback": failed.is_rollback,
    }


def read_failed_provisioning(said: Mapping[str, Any]) -> FailedProvisioning:
    return FailedProvisioning(
        datetime.fromisoformat(said["when"]),
        said["who"],
        from_data(said["sentence"]),
        tuple(from_data(detail) for detail in said.get("details", ())),
        said.get("is_rollback", False),
    )


def to_bytes(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


class Unreadable(GatewayError):
    """An object of ours that does not hold what it should."""


def from_bytes(key: str, body: bytes, read: Callable[[dict[str, Any]], T]) -> T:
    try:
        return read(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(
            say(
                "%(key)s in the config bucket is damaged (%(name)s: %(error)s)",
                key=key,
                name=type(error).__name__,
                error=error,
            )
        ) from error
