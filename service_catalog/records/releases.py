"""Releases: what each of them holds together, how it ended and why, and what its carriers leave for others to read."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from service_catalog.messages import say
from service_catalog.records.provisioned import TaskLimits, Workload
from service_catalog.records.record import Part, Record, Text

Kind = Literal["deploy", "env", "definition", "scale", "roll-back"]
"""What a release is for"""
OutcomeStatus = Literal["succeeded", "rolled-back", "stopped", "failed", "not-carried-out"]


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
    approved_by: tuple[str, ...] = ()
    """Who let it go on where it waited for that"""
    token: str = ""
    """Of whoever wrote it, who thereby knows that it was them; empty in objects of before it was kept"""


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


class Confirmation(Part):
    """That a second person agreed, before the release began."""

    who: str
    asked: int
    """Number of what was asked for, which says by whom and why"""


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
    confirmation: Confirmation | None = None
    """None of what one person released alone"""
    outcome: Outcome | None = None

    @property
    def run_id(self) -> str:
        """Of its first run: whoever starts that once more starts no second one."""
        return f"release-{self.number}-{self.token[:8]}"

    @property
    def came_through(self) -> bool:
        return self.outcome is not None and self.outcome.status == "succeeded"

    @property
    def first_run_failed(self) -> bool:
        """So nothing changed. Of one that never began, or was stopped by somebody, there is no failure to diagnose."""
        end = self.outcome
        return end is not None and end.status == "not-carried-out" and end.diagnosis is not None

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


class Approval(Record):
    """``releases/<service>/r000043.approval-1a2b3c4d.json``: what somebody said when a deployment waited for that."""

    hook: str
    """By which ECS knows what waited"""
    goes_on: bool
    who: str
    why: Text = ""
    when: AwareDatetime


class Told(Record):
    """``releases/<service>/r000043.waits-1a2b3c4d.json``: who tells others that a deployment waits for approval."""

    when: AwareDatetime
    token: str


class Acknowledgement(Record):
    """``releases/<service>/r000043.acknowledged.json``: who has seen that a release did not come through."""

    who: str
    why: Text = ""
    """What they know of it"""
    when: AwareDatetime


class LiveRevision(Record):
    """``live/<service>.json``: which revision the runs of a job or task take."""

    release: int
    revision: str
