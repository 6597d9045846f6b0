"""The entry of a service, what a change of it means, and how it is provisioned."""

from datetime import datetime

from portal.api.told.base import StateTold, Told
from portal.child_runs import ChildRun
from portal.data.entry_review import EntryReview
from portal.text import provisioning
from portal.text.translate import said
from service_catalog.problems import Problem


class EntryTold(Told):
    name: str
    text: str
    """YAML, with its comments"""
    environments: list[str]


class EntryProblemTold(Told):
    line: int | None
    path: str
    """Of the field; empty where it is none"""
    words: str
    hint: str

    @classmethod
    def of(cls, it: Problem) -> "EntryProblemTold":
        return cls(line=it.line, path=it.path, words=said(it.message), hint=said(it.hint))


class EntryReviewTold(Told):
    """What a changed entry means in one environment."""

    environment: str
    begins: bool
    """The service does not exist there yet"""
    ends: bool
    changes: list[str]
    """From what the catalog says now; empty where that cannot be read"""
    waiting: list[str]
    """What the catalog said before this already, and nobody provisioned"""
    cost: str
    """What it does to the month's estimate; empty where nothing"""

    @classmethod
    def of(cls, it: EntryReview) -> "EntryReviewTold":
        return cls(
            environment=it.environment,
            begins=it.begins,
            ends=it.ends,
            changes=[said(change.sentence) for change in it.changes],
            waiting=[said(change.sentence) for change in it.waiting],
            cost=said(it.cost) if it.cost else "",
        )


class EntryCheckTold(Told):
    problems: list[EntryProblemTold]
    reviews: list[EntryReviewTold]
    """By environment; empty while there are problems"""


class EntryWrittenTold(Told):
    commit: str
    """Empty where the catalog is files alone"""
    branch: str
    """Where it waits to be merged; empty where the catalog has it already"""
    link: str
    """Opens its pull request"""
    note: str


class ProvisioningTold(Told):
    state: StateTold
    """running, succeeded, failed"""
    started_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    """As `slipway up` ends; null while it runs, and where nobody saw its end"""
    phases: list[str]
    complaints: list[str]
    """Of one that failed"""

    @classmethod
    def of(cls, run: ChildRun) -> "ProvisioningTold":
        return cls(
            state=StateTold.of(provisioning.state(run)),
            started_at=run.started_at,
            ended_at=run.ended_at,
            exit_code=run.exit_code,
            phases=[provisioning.phase_words(line) for line in run.phases],
            complaints=[] if run.succeeded or run.is_running else run.complaints,
        )
