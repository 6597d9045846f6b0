"""What the API answers, as models: the description of the API is made of them, and every answer is one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from portal.child_runs import ChildRun
from portal.data.asked_view import AskedView
from portal.data.entry_review import EntryReview
from portal.data.service_list import Row
from portal.release_review import FileChange
from portal.text import provisioning, states
from portal.text.language import _
from portal.text.log_lines import Shown
from portal.text.states import State
from portal.text.translate import said
from runtime.aws.ecs_tasks import Task
from runtime.bucket.audit import Act
from runtime.bucket.env_files import EnvVersion
from runtime.bucket.records import Unreadable
from runtime.releases.progress import Progress
from runtime.runs import Copy, Run
from service_catalog.env_file import EnvProblem, KeyChange
from service_catalog.problems import Problem
from service_catalog.records import releases
from service_catalog.records.provisioned import TaskLimits


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class StateTold(Told):
    key: str
    """For programs; the same as on the pages"""
    words: str
    """In the language that was asked for"""
    tone: str
    """Who must act. bad: it is broken now; wait: a person; move: the machine; ok or nothing: nobody"""

    @classmethod
    def of(cls, state: State) -> "StateTold":
        return cls(key=state.key, words=_(state.word), tone=state.tone)


class EnvCellTold(Told):
    file: str
    live: int | None
    in_progress: int | None
    staged: int | None


class ServiceTold(Told):
    """A service as the list has it."""

    name: str
    owner: str
    kind: str
    state: StateTold
    why: str
    """Why it needs a look, in a sentence"""
    running: int
    desired: int
    image: str
    image_in_progress: str
    env: list[EnvCellTold]
    definition_staged: bool
    catalog_changed: bool
    alarms: list[str]
    """That ring"""
    released_at: datetime | None
    released_by: str

    @classmethod
    def of(cls, row: Row) -> "ServiceTold":
        return cls(
            name=row.name,
            owner=row.owner,
            kind=row.kind,
            state=StateTold.of(row.state),
            why=f"{row.culprit}: {said(row.why)}" if row.culprit else said(row.why),
            running=row.running,
            desired=row.desired,
            image=row.image,
            image_in_progress=row.image_in_progress,
            env=[
                EnvCellTold(file=it.file, live=it.live, in_progress=it.in_progress, staged=it.staged) for it in row.env
            ],
            definition_staged=row.definition_staged,
            catalog_changed=bool(row.catalog_changes),
            alarms=[said(alarm.words) for alarm in row.alarms],
            released_at=row.released_at,
            released_by=row.released_by,
        )


class ServicesTold(Told):
    environment: str
    services: list[ServiceTold]
    """By name"""
    next: str | None
    """`cursor` of the next page; null on the last"""
    problem: str
    """Why there is nothing newer than `Slipway-Read-At` says; empty when all is well"""


class LimitsTold(Told):
    min: int
    max: int

    @classmethod
    def of(cls, limits: TaskLimits | None) -> "LimitsTold | None":
        return cls(min=limits.min, max=limits.max) if limits else None


class OutcomeTold(Told):
    status: str
    """succeeded, rolled-back, stopped, failed, not-carried-out"""
    when: datetime
    reason: str
    evidence: list[str]
    """What the tasks left behind; no values of settings"""
    approved_by: list[str]


class ReleaseTold(Told):
    number: int
    kind: str
    state: StateTold
    image: str
    env: dict[str, int]
    definition: str
    revision: str
    tasks: LimitsTold | None
    base: int | None
    """What was live when it began"""
    who: str
    why: str
    when: datetime
    outcome: OutcomeTold | None
    """null while it is in progress"""

    @classmethod
    def of(cls, it: releases.Release, progress: Progress | None = None) -> "ReleaseTold":
        return cls(
            number=it.number,
            kind=it.kind,
            state=StateTold.of(states.release_state(it, progress)),
            image=it.image,
            env=it.env,
            definition=it.definition,
            revision=it.revision,
            tasks=LimitsTold.of(it.tasks),
            base=it.base,
            who=it.who,
            why=said(it.why),
            when=it.when,
            outcome=_outcome(it.outcome) if it.outcome else None,
        )


def _outcome(outcome: releases.Outcome) -> OutcomeTold:
    return OutcomeTold(
        status=outcome.status,
        when=outcome.when,
        reason=said(outcome.reason),
        evidence=list(outcome.evidence),
        approved_by=list(outcome.approved_by),
    )


class ProgressTold(Told):
    phase: str
    """waiting, first run, starting, rolling back, ended"""
    running: int
    wanted: int
    failed: int
    old_running: int
    percent: float | None
    """Of the requests that go to the new tasks, where they are shifted"""
    waits_for: str
    """What waits for an answer; empty where nothing does"""

    @classmethod
    def of(cls, it: Progress) -> "ProgressTold":
        shift = it.shift
        return cls(
            phase=it.phase,
            running=it.running,
            wanted=it.wanted,
            failed=it.breaker.failures if it.breaker else 0,
            old_running=it.old_running,
            percent=shift.percent if shift else None,
            waits_for=shift.pause.hook if shift and shift.pause else "",
        )


class ReleaseDetail(ReleaseTold):
    progress: ProgressTold | None
    """null once it has ended"""


class ReleasesTold(Told):
    releases: list[ReleaseTold]
    """Newest first"""
    unreadable: list[int]
    """Releases whose record nobody can read"""
    next: int | None
    """`before` of the next page; null on the last"""


class ServiceDetail(ServiceTold):
    """A service as its page has it."""

    environment: str
    as_of: datetime
    problem: str
    """Why there is nothing newer"""
    is_provisioned: bool
    address: str
    """Where it answers; empty where it does not"""
    page: str
    """Where people look at it"""
    env_files: list[str]
    live: ReleaseTold | None
    in_progress: ReleaseDetail | None
    last: ReleaseTold | None
    """The newest, however it ended"""
    diagnosis: str
    """Why it failed most likely; empty where nothing did"""


class EnvTold(Told):
    file: str
    version: int
    """0 where there is none yet"""
    text: str
    author: str
    message: str
    saved_at: datetime | None
    live: int | None
    """The version that runs, or ran last"""
    newest: int


class EnvVersionTold(Told):
    file: str
    version: int
    author: str
    message: str
    saved_at: datetime
    no_secrets: list[str]
    """Keys whose values look like secrets, and that somebody said are none"""

    @classmethod
    def of(cls, it: EnvVersion) -> "EnvVersionTold":
        return cls(
            file=it.file,
            version=it.number,
            author=it.author,
            message=said(it.message),
            saved_at=it.saved_at,
            no_secrets=list(it.overridden),
        )


class EnvVersionsTold(Told):
    versions: list[EnvVersionTold]
    """Newest first"""
    next: int | None
    """`before` of the next page; null on the last"""


class KeyChangeTold(Told):
    key: str
    kind: str
    """added, changed, removed"""
    old: str | None
    """Masked where it looks like a secret; so is `new`"""
    new: str | None

    @classmethod
    def of(cls, it: KeyChange) -> "KeyChangeTold":
        return cls(key=it.key, kind=it.kind, old=it.old, new=it.new)


class EnvDiffTold(Told):
    file: str
    old: int
    new: int
    changes: list[KeyChangeTold]


class EnvProblemTold(Told):
    line: int
    level: str
    """error: ECS would not take it as it is meant; warning: look at it"""
    code: str
    words: str

    @classmethod
    def of(cls, it: EnvProblem) -> "EnvProblemTold":
        return cls(line=it.line, level=it.level, code=it.code, words=said(it.message))


class EnvCheckTold(Told):
    problems: list[EnvProblemTold]
    secrets: list[str]
    """Keys whose values look like secrets: a save wants them in `no_secrets`"""
    changes: list[KeyChangeTold]
    """Against the version that it was made from"""


class FileChangeTold(Told):
    file: str
    old: int
    new: int
    changes: list[KeyChangeTold]

    @classmethod
    def of(cls, it: FileChange) -> "FileChangeTold":
        return cls(file=it.file, old=it.old, new=it.new, changes=[KeyChangeTold.of(change) for change in it.changes])


class ChangeTold(Told):
    what: str
    old: str | None
    new: str | None


class ContentsTold(Told):
    image: str
    env: dict[str, int]
    definition: str

    @classmethod
    def of(cls, it: releases.Contents) -> "ContentsTold":
        return cls(image=it.image, env=dict(it.env), definition=it.definition)


class ReviewTold(Told):
    """What a release would do. Nothing was started."""

    kind: str
    differs: bool
    """From what is live; else the same runs anew"""
    live: ContentsTold | None
    wanted: ContentsTold
    tasks: LimitsTold | None
    definition: list[ChangeTold]
    entry: list[str]
    """What the catalog entry says otherwise, in sentences"""
    env: list[FileChangeTold]
    consequences: list[str]
    lost: list[str]
    """Earlier releases that can no longer come back"""
    notes: list[str]
    """What could not be checked"""
    problems: list[str]
    """Why it cannot be released"""
    in_progress: int | None
    """The release that has to end first"""
    review: str
    """Send it along with the release, and only what was reviewed is started"""


class CopyTold(Told):
    number: int
    status: str
    task: str
    exit_code: int | None
    reason: str
    started_at: datetime | None
    ended_at: datetime | None
    lines: list[str]
    """The last that it printed, of the first few that failed"""

    @classmethod
    def of(cls, it: Copy) -> "CopyTold":
        return cls(
            number=it.number,
            status=it.status,
            task=it.task_id,
            exit_code=it.exit_code,
            reason=said(it.reason),
            started_at=it.started_at,
            ended_at=it.ended_at,
            lines=list(it.lines),
        )


class RunTold(Told):
    id: str
    status: str
    """running, succeeded, failed, timed-out, stopped, skipped"""
    who: str
    why: str
    confirmed_by: str
    """The second person, where one had to agree"""
    copies: int
    command: list[str]
    started_at: datetime
    ended_at: datetime | None
    reason: str

    @classmethod
    def of(cls, it: Run, **more: Any) -> Any:
        return cls(
            id=it.id,
            status=it.status,
            who=it.request.who,
            why=said(it.request.why),
            confirmed_by=it.request.confirmed_by,
            copies=it.request.copies,
            command=list(it.request.command or ()),
            started_at=it.started_at,
            ended_at=it.ended_at,
            reason=said(it.reason),
            **more,
        )


class RunDetail(RunTold):
    each: list[CopyTold]


class RunsTold(Told):
    runs: list[RunTold]
    """Newest first"""


class StartedTold(Told):
    id: str


class TaskTold(Told):
    id: str
    state: StateTold
    revision: str
    release: int | None
    zone: str
    started_at: datetime | None
    stopped_at: datetime | None
    stopped_reason: str
    exit_code: int | None

    @classmethod
    def of(cls, it: Task, release: int | None) -> "TaskTold":
        return cls(
            id=it.id,
            state=StateTold.of(states.task_state(it)),
            revision=it.revision,
            release=release,
            zone=it.zone,
            started_at=it.started_at,
            stopped_at=it.stopped_at,
            stopped_reason=it.stopped_reason,
            exit_code=it.exit_code,
        )


class TasksTold(Told):
    running: list[TaskTold]
    stopped: list[TaskTold]
    """Within the hour: then ECS forgets them"""


class LineTold(Told):
    when: datetime
    task: str
    level: str
    text: str
    route: str

    @classmethod
    def of(cls, it: Shown) -> "LineTold":
        return cls(when=it.when, task=it.task, level=it.level, text=it.raw, route=it.route)


class LogsTold(Told):
    lines: list[LineTold]
    """Oldest first"""
    next: datetime
    """`after` for who follows"""
    problem: str
    """Why there is nothing newer"""


class ActTold(Told):
    action: str
    service: str
    who: str
    why: str
    when: datetime
    status: str | None
    """done, refused, denied; null where nobody knows how it ended"""
    reason: str
    through: str
    token: str
    about: dict[str, Any]
    """Names and numbers: never a value"""

    @classmethod
    def of(cls, it: Act) -> "ActTold":
        entry, origin = it.entry, it.entry.origin
        return cls(
            action=entry.action,
            service=entry.service,
            who=entry.who,
            why=said(entry.why),
            when=entry.when,
            status=it.outcome.status if it.outcome else None,
            reason=said(it.outcome.reason) if it.outcome else "",
            through=origin.through if origin else "",
            token=origin.token if origin else "",
            about=entry.about,
        )


class AuditTold(Told):
    acts: list[ActTold]
    """Newest first"""
    unreadable: int
    """How many more there are that nobody can read"""

    @classmethod
    def of(cls, acts: Sequence[Act | Unreadable]) -> "AuditTold":
        found = [ActTold.of(it) for it in acts if isinstance(it, Act)]
        return cls(acts=found, unreadable=len(acts) - len(found))


class AskedAnswerTold(Told):
    verdict: str
    """confirmed, declined, withdrawn"""
    who: str
    why: str
    when: datetime


class AskedTold(Told):
    """A release that somebody asked for, and that a second person has to confirm."""

    number: int
    state: str
    """open, confirmed, declined, withdrawn, replaced (by a newer request), outdated (the service is no longer as it was
    when it was asked for)"""
    kind: str
    """Of the release that it would be"""
    image: str
    env: dict[str, int]
    definition: str
    who: str
    why: str
    when: datetime
    problems: list[str]
    """Why it could not be released now"""
    answer: AskedAnswerTold | None
    release: int | None
    """What came of it"""
    page: str
    """Of the portal, where it is reviewed"""

    @classmethod
    def of(cls, it: AskedView, page: str) -> "AskedTold":
        asked, answer = it.look.asked, it.look.answer
        return cls(
            number=asked.number,
            state=it.look.state,
            kind=it.look.proposal.kind,
            image=asked.image,
            env=asked.env,
            definition=asked.definition,
            who=asked.who,
            why=said(asked.why),
            when=asked.when,
            problems=[said(problem) for problem in it.look.proposal.problems],
            answer=AskedAnswerTold(verdict=answer.verdict, who=answer.who, why=said(answer.why), when=answer.when)
            if answer
            else None,
            release=it.release.number if it.release else None,
            page=page,
        )


class AskedWaitingTold(Told):
    waiting: AskedTold | None
    """null where none does"""


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


class EnvironmentsTold(Told):
    environments: list[str]
    protection: dict[str, str]
    """By environment, those that are protected: four-eyes (one asks for a release, another confirms it) or platform
    (only the platform team releases)"""


class WhoTold(Told):
    name: str
    teams: list[str]
    is_platform: bool
    token: str
    actions: list[str] | None
    """What the token is for; null: whatever the person behind it may"""
    services: list[str] | None
    environments: list[str] | None


class GrantedTold(Told):
    access_token: str
    token_type: str
    """Bearer"""
    expires: datetime
    name: str
    """As it stands in releases"""
    actions: list[str]
    services: list[str]
    environments: list[str]


class DoneTold(Told):
    done: bool


class PlaceTold(Told):
    where: str
    what: str


class ProblemTold(Told):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    """For programs"""
    detail: str
    problems: list[PlaceTold]
    """All that is wrong at once; `where` is a member of what was sent, or empty"""
    changed: bool | None = None
    """Of a write: false, nothing was; null, nobody knows"""
