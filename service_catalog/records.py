"""The objects in an environment's config bucket, as JSON: Pulumi programs and releases write them, and every later
version of programs, portal and command line reads them.

An object that was written once keeps its form. So a new member has a default here, which is what was true before
anybody wrote it, and an example of the form before it joins ``tests/service_catalog/forms``. Members that a newer
version added are kept when an object is read and written again. Only a change that an older reader would misunderstand
takes the next ``version``.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
)

from service_catalog import model
from service_catalog.messages import as_data, from_data, say

Workload = model.Kind
"""The kind of a service, which says what carries its releases"""
Kind = Literal["deploy", "env", "definition", "scale", "roll-back"]
"""What a release is for"""
OutcomeStatus = Literal["succeeded", "rolled-back", "stopped", "failed", "not-carried-out"]

Text = Annotated[str, PlainValidator(from_data), PlainSerializer(as_data)]
"""A sentence, which may be a Message: then its template and values are kept."""


class Part(BaseModel):
    """Of an object."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")


class Record(Part):
    """A whole object."""

    version: int = 1

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Raises UnreadableRecord."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            is_newer = _version(text) > cls.model_fields["version"].default
            raise UnreadableRecord(_first_fault(error), is_newer) from error

    @classmethod
    def normalized(cls, text: str) -> str:
        """The same object with every member that this version knows. Raises UnreadableRecord."""
        return cls.from_json(text).to_json().decode()

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()


class UnreadableRecord(ValueError):
    """An object that does not hold what it should. ``is_newer``: a newer version wrote it in a form of its own."""

    def __init__(self, fault: str, is_newer: bool):
        self.is_newer = is_newer
        super().__init__(fault)


def _first_fault(error: ValidationError) -> str:
    """Without the value, which may be anything."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


def _version(text: bytes | str) -> int:
    try:
        version = json.loads(text)["version"]
    except (ValueError, KeyError, TypeError):
        return 0
    return version if isinstance(version, int) else 0


class TaskLimits(Part):
    """How many tasks may run."""

    min: int
    max: int

    def clamp(self, count: int) -> int:
        """The count nearest to ``count`` within the limits."""
        return min(max(count, self.min), self.max)

    def __str__(self) -> str:
        """A message, so that a sentence which holds it is translated whole."""
        return say("%(min)s to %(max)s", min=self.min, max=self.max) if self.min != self.max else str(self.min)


# --- what Pulumi provisioned ------------------------------------------------------------------------------------------


class ProvisionedImage(Part):
    repository: str
    """Full URI without a tag"""
    tag: str | None = None
    digest: str | None = None

    @property
    def pinned(self) -> str | None:
        """The reference that the catalog pins; None leaves the tag to releases."""
        if self.digest:
            return f"{self.repository}@{self.digest}"
        return f"{self.repository}:{self.tag}" if self.tag else None


class Reach(Part):
    """What leads to a service."""

    url: str
    """Where a person reaches it"""
    namespace: str = "AWS/ApplicationELB"
    """Where CloudWatch keeps its metrics, by ``dimensions``"""
    dimensions: dict[str, str]


class Queue(Part):
    """What a worker takes its messages from, and where those end that it cannot handle."""

    url: str
    name: str
    arn: str
    dead_letter_url: str | None = None
    """None for a queue that was there before: whose dead letters those are is not known"""
    dead_letter_name: str | None = None


class ScheduleName(Part):
    """What starts a job's runs, as EventBridge Scheduler finds it."""

    name: str
    group: str


class Provisioned(Record):
    """``provisioned/<service>.json``: where a release of the service starts from."""

    service: str = ""
    """Empty in objects of before it was kept: the key says it"""
    kind: Workload = "web"
    definition: str
    """ARN of the task definition with placeholders"""
    execution_role: str
    task_role: str
    tasks: TaskLimits | None
    """None for jobs and tasks"""
    image: ProvisionedImage
    env_files: tuple[str, ...]
    reach: Reach | None = None
    """None for what nothing leads to"""
    queue: Queue | None = None
    state_machine: str | None = None
    """ARN of what starts runs; None in objects of before there were any"""
    schedule: ScheduleName | None = None
    fingerprint: str
    entry: dict[str, Any] | None = None
    """The catalog's entry that it was provisioned from, without defaults; None in objects of before it was kept"""

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Raises UnreadableRecord."""
        record = super().from_json(text)
        return super().from_json(_with_reach(text)) if "routed" in (record.model_extra or {}) else record


def _with_reach(text: bytes | str) -> str:
    """Objects were written with ``url`` and ``routed`` when all that led to a service was a load balancer."""
    said = json.loads(text)
    url, routed = said.pop("url", None), said.pop("routed")
    if routed:
        names = {"load_balancer": "LoadBalancer", "target_group": "TargetGroup"}
        is_whole = isinstance(routed, dict) and names.keys() <= routed.keys()
        dimensions = {name: routed[old] for old, name in names.items()} if is_whole else routed
        said["reach"] = {"url": url, "dimensions": dimensions}
    return json.dumps(said)


class ProvisionedEnvironment(Record):
    """``provisioned/_environment.json``."""

    fingerprint: str
    exports: dict[str, Any]


# --- releases ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contents:
    """What a release holds together: the three things that change independently."""

    image: str
    """The full reference"""
    env: Mapping[str, int]
    definition: str
    """ARN of the provisioned definition, with placeholders"""


class Diagnosis(Part):
    """Why a release most likely failed."""

    code: str
    """What kind of failure it is; empty where only a sentence is known"""
    sentence: Text
    """``Most likely: …``"""
    advice: Text = ""
    keys: tuple[str, ...] = ()
    """Env keys that it blames"""
    others: Text = ""
    """What else changed with the release, where the sentence is a guess"""
    said: tuple[Text, ...] = ()
    """What ECS said of the release, in its own words"""
    ending: Text = ""
    """What came of it, beside that the release failed"""
    evidence: Annotated[tuple[str, ...], Field(exclude=True)] = ()
    """Written once, in the outcome"""


class Outcome(Record):
    """``releases/<service>/r000043.outcome.json``: how the release ended."""

    status: OutcomeStatus
    when: AwareDatetime
    reason: Text = ""
    """All of it in sentences"""
    evidence: tuple[str, ...] = ()
    """What the tasks left behind: reasons, exit codes, last log lines without env values"""
    diagnosis: Diagnosis | None = None
    """None for one that did not fail, and for those written before it was kept"""


class FirstRun(Part):
    """What a release begins with: one run of its own revision. Unless that succeeds, nothing else of it happens."""

    command: tuple[str, ...]
    """The program, then one argument each; none for what the revision itself runs"""
    timeout_seconds: int

    @property
    def sentence(self) -> str:
        if not self.command:
            return say("First one run of it has to succeed: otherwise nothing changes")
        return say(
            "First %(command)s has to end with exit code 0, within %(minutes)s min: otherwise nothing is replaced",
            command=f"`{shlex.join(self.command)}`",
            minutes=self.timeout_seconds // 60,
        )


class Release(Record):
    """``releases/<service>/r000043.json``: the claim of a number. Its outcome is an object of its own."""

    number: int
    service: str
    kind: Kind
    workload: Workload = "web"
    image: str
    """The full reference"""
    env: dict[str, int]
    """Version by env file"""
    definition: str
    """ARN of the provisioned definition, with placeholders"""
    revision: str
    """ARN of the task definition that runs: this release's own"""
    tasks: TaskLimits | None
    """None for jobs and tasks, of which nothing runs for good"""
    scaled: bool = False
    """They are meant, though the catalog says others: releases keep them that apply no other definition"""
    base: int | None
    """The release that was live when this one was claimed"""
    who: str
    why: Text
    when: AwareDatetime
    token: str
    entry: dict[str, Any] | None = None
    """The catalog's entry that its definition was provisioned from; None in objects of before it was kept"""
    first_run: FirstRun | None = None
    outcome: Outcome | None = None

    @property
    def run_id(self) -> str:
        """Of its first run: whoever starts that once more starts no second one."""
        return f"release-{self.number}-{self.token[:8]}"

    @property
    def contents(self) -> Contents:
        return Contents(self.image, self.env, self.definition)

    def claim_json(self) -> bytes:
        return self.model_dump_json(indent=1, exclude={"outcome"}).encode()


class StartDecision(Record):
    """``releases/<service>/r000043.start.json``: what becomes of the release now that its first run has succeeded.

    Whoever writes it carries the release out: a looker that comes late finds it there, and cannot overtake anybody.
    """

    when: AwareDatetime
    token: str
    given_up: Text = ""
    """Why it is not carried out after all"""


class StopRequest(Record):
    """``releases/<service>/r000043.stop.json``."""

    who: str
    when: AwareDatetime


class LiveRevision(Record):
    """``live/<service>.json``: which revision the runs of a job or task take."""

    release: int
    revision: str


# --- the audit trail --------------------------------------------------------------------------------------------------


AuditAction = Literal[
    "start-run",
    "stop-run",
    "pause-schedule",
    "resume-schedule",
    "send-back-dead-letters",
    "confirm-no-secrets",
]
"""What people do beside releases. Env versions and releases are records of themselves"""
AuditStatus = Literal["done", "refused"]


class AuditEntry(Record):
    """``audit/<service>/<id>.json``: what somebody asked for, written before it was tried."""

    service: str
    action: str
    """An AuditAction, or one that only a newer version knows"""
    who: str
    why: Text = ""
    when: AwareDatetime
    about: dict[str, Any] = {}
    """What it was done to and how, as names and numbers: nobody can ever take a secret out of here again"""


class AuditOutcome(Record):
    """``audit/<service>/<id>.outcome.json``: what became of it. Without one, nobody knows."""

    status: AuditStatus
    when: AwareDatetime
    reason: Text = ""
    """Why it was refused"""


# --- the service index ------------------------------------------------------------------------------------------------


class FailedProvisioning(Part):
    """The service was changed by Pulumi, or tried to be, and did not come through."""

    when: AwareDatetime
    who: str
    sentence: Text
    details: tuple[Text, ...] = ()
    """What the tasks left behind, or the failures of single resources"""
    is_rollback: bool = False
    """Everything was provisioned, and then ECS went back"""


class IndexEntry(Record):
    """``heads/<service>.json``: what the service's other objects add up to, and how the last `slipway up` ended."""

    env: dict[str, int] = {}
    """Newest version by env file"""
    last: Release | None = None
    """The newest release, with its outcome if it ended"""
    live: Release | None = None
    """The newest release that succeeded"""
    tried: Release | None = None
    """The newest release that was no roll back: what it held is not staged, however it ended"""
    held: dict[str, int] = {}
    """Newest version that any release held, by env file"""
    applied: str | None = None
    """Fingerprint of what was provisioned, released and verified; None while a run is under way"""
    is_under_way: bool = False
    """A run of `slipway up` began and has not come through to its end: it goes on, or died"""
    failed_provisioning: FailedProvisioning | None = None
    """The last run of `slipway up` on this service, if it did not come through"""
    is_doubted: bool = False
    """Somebody found a newest release that cannot be read: who reads indexes alone has to look at it, too"""
