"""Releases and runs that somebody asked for where a second person has to confirm them: what was asked, and what was
answered."""

from typing import Literal

from pydantic import AwareDatetime

from service_catalog.records.provisioned import TaskLimits
from service_catalog.records.record import Part, Record, Text
from service_catalog.records.releases import Contents

Verdict = Literal["confirmed", "declined", "withdrawn"]


class Wanted(Part):
    """What a release is to change, as it was typed; what is left out stays as it is."""

    image: str | None = None
    env: dict[str, int] = {}
    definition: bool = True
    tasks: TaskLimits | None = None
    try_first: bool = False
    to: int | None = None


class Asked(Record):
    """What a second person has to confirm: a release or a run."""

    number: int
    service: str
    who: str
    person: str
    """What the identity provider calls them for good; their name where nobody signs in"""
    why: Text
    when: AwareDatetime
    token: str


class AskedRelease(Asked):
    """``releases/<service>/q000007.json``: who asks for which release, and what they saw when they did."""

    wanted: Wanted
    image: str
    """What would run: the full reference"""
    digest: str = ""
    """Of that image: a tag may be moved to another before somebody confirms. Empty where the registry did not tell"""
    env: dict[str, int]
    definition: str
    seen: str
    """Hash of what was reviewed: the world it was to change, and what it would be afterwards"""
    after: int
    """Number of the newest release by then; 0 where there was none"""

    @property
    def contents(self) -> Contents:
        return Contents(self.image, self.env, self.definition)


class AskedRun(Asked):
    """``releases/<service>/runs/q000007.json``: who asks for which run of what was live."""

    run: str
    """Its id, drawn when it was asked for: however often it is started, it is one"""
    revision: str
    """What was live"""
    copies: int
    command: tuple[str, ...] | None = None
    environment: dict[str, str] = {}
    cpu: int | None = None
    memory_mib: int | None = None
    timeout_seconds: int | None = None


class AskedAnswer(Record):
    """``q000007.answer.json`` beside it: what came of it, said once. A withdrawal is by who asked."""

    verdict: Verdict
    who: str
    person: str
    why: Text = ""
    when: AwareDatetime
