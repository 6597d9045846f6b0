"""The states of services, releases and tasks as pages show them: a word, a glyph and a tone.

The tone says who must act: bad, broken now; wait, a person; move, the machine; ok, nobody. A glyph and a word always
stand with it, so that no state is told by its colour alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.text.language import N_
from runtime.aws.ecs_tasks import Task
from runtime.releases.progress import Progress
from runtime.runs.run import CopyStatus
from runtime.service_state import Status
from service_catalog.records.audit import AuditStatus
from service_catalog.records.releases import OutcomeStatus, Release


@dataclass(frozen=True)
class State:
    key: str
    word: str
    glyph: str
    tone: str = ""

    @property
    def is_moving(self) -> bool:
        """Another state follows soon, or as soon as somebody says so."""
        return self.tone == "move" or self.key == "awaits-approval"


FAILING = State("failing", N_("Failing"), "bad", "bad")
BROKEN_ENTRY = State("catalog", N_("Catalog problem"), "bad", "bad")
UNREADABLE = State("unreadable", N_("Record unreadable"), "bad", "bad")
DELETED = State("deleted", N_("Deleted outside"), "bad", "bad")
NOTHING_RUNS = State("nothing-runs", N_("Nothing runs"), "bad", "bad")
LOG_GROUP_GONE = State("log-group-gone", N_("Log group gone"), "warn", "wait")
PROVISIONING_FAILED = State("provisioning-failed", N_("Provisioning failed"), "back", "wait")
ROLLED_BACK = State("rolled-back", N_("Rolled back"), "back", "wait")
STOPPED = State("stopped", N_("Stopped"), "back", "wait")
CHANGED_OUTSIDE = State("changed-outside", N_("Changed outside"), "warn", "wait")
FIRST_RUN = State("first-run", N_("First run"), "move", "move")
"""Of a release that goes on once a run of it has succeeded"""
FIRST_RUN_FAILED = State("first-run-failed", N_("First run failed"), "back", "wait")
ROLLING_OUT = State("rolling-out", N_("Rolling out"), "move", "move")
ROLLING_BACK = State("rolling-out", N_("Rolling back"), "back", "move")
AWAITS_APPROVAL = State("awaits-approval", N_("Waits for approval"), "staged", "wait")
ALARM = State("alarm", N_("Alarm"), "warn", "bad")
STARTING = State("starting", N_("Starting"), "move", "move")
NOT_IN_CATALOG = State("not-in-catalog", N_("Not in the catalog"), "warn", "wait")
NOT_CARRIED_OUT = State("not-carried-out", N_("Not carried out"), "none")
ASKED = State("asked", N_("Waits for a second person"), "staged", "wait")
"""Of a release that somebody asked for, in an environment where another has to confirm it"""
STAGED = State("staged", N_("Staged"), "staged", "wait")
CATALOG_CHANGED = State("catalog-changed", N_("Catalog changed"), "staged", "wait")
NO_RELEASE = State("no-release", N_("No release yet"), "none")
NOT_KNOWN = State("not-known", N_("Not known"), "none")
NOT_PROVISIONED = State("not-provisioned", N_("Not provisioned"), "none")
HEALTHY = State("healthy", N_("Healthy"), "ok", "ok")
READY = State("healthy", N_("Ready to run"), "ok", "ok")
"""Of a service of which nothing runs in between: the next run takes what was released"""
PAUSED = State("paused", N_("Paused"), "none")
RUNS_FAILED = State("runs-failed", N_("Runs failed"), "bad", "bad")
"""Within the last minutes, as the alarm has it; a later run may have succeeded"""
RUNNING = State("running", N_("Running"), "ok", "ok")
NEXT_RUN_TAKES_IT = State("next-run", N_("Next run takes it"), "ok", "ok")
RUNS_NOW = State("runs-now", N_("Runs now"), "ok", "ok")
RAN_LAST = State("ran-last", N_("Ran last"), "ok")
"""Of what is live on a service whose desired count is 0"""
FAILED = State("failed", N_("Failed"), "bad", "bad")
ENDED = State("ended", N_("Ended"), "none")
STOPPING = State("stopping", N_("Stopping"), "move")

_OF_SERVICE: Mapping[Status, State] = {
    "catalog problem": BROKEN_ENTRY,
    "not in the catalog": NOT_IN_CATALOG,
    "not provisioned": NOT_PROVISIONED,
    "record unreadable": UNREADABLE,
    "deleted outside": DELETED,
    "first run": FIRST_RUN,
    "deploying": ROLLING_OUT,
    "awaits approval": AWAITS_APPROVAL,
    "rolling back": ROLLING_BACK,
    "not released": NO_RELEASE,
    "first release failed": FAILED,
    "nothing runs": NOTHING_RUNS,
    "changed outside": CHANGED_OUTSIDE,
    "stopped": STOPPED,
    "degraded": FAILING,
    "log group gone": LOG_GROUP_GONE,
    "provisioning failed": PROVISIONING_FAILED,
    "rolled back": ROLLED_BACK,
    "first run failed": FIRST_RUN_FAILED,
    "alarm": ALARM,
    "healthy": HEALTHY,
    "ready": READY,
    "paused": PAUSED,
    "runs failed": RUNS_FAILED,
}


RUNS: Mapping[CopyStatus, State] = {
    "waiting": State("waiting", N_("Waiting"), "none"),
    "running": State("running", N_("Running"), "move", "move"),
    "succeeded": State("succeeded", N_("Succeeded"), "ok", "ok"),
    "failed": FAILED,
    "timed-out": State("timed-out", N_("Timed out"), "bad", "bad"),
    "stopped": State("stopped", N_("Stopped"), "none"),
    "skipped": State("skipped", N_("Skipped"), "none"),
}
"""Of runs and of their copies"""


ALARMS: Mapping[str | None, State] = {
    "OK": State("quiet", N_("Quiet"), "ok", "ok"),
    "ALARM": ALARM,
    "INSUFFICIENT_DATA": State("no-data", N_("No data"), "none"),
    None: State("missing", N_("Missing"), "warn", "wait"),
}
"""By CloudWatch's own word; None for an alarm that it does not have"""


def of_service(status: Status) -> State:
    """The word, glyph and tone of what ``runtime.service_state`` says."""
    return _OF_SERVICE[status]


OUTCOMES: Mapping[OutcomeStatus, State] = {
    "succeeded": State("succeeded", N_("Succeeded"), "ok"),
    "rolled-back": State("rolled-back", N_("Rolled back by ECS"), "back", "wait"),
    "stopped": State("stopped", N_("Stopped and rolled back"), "back", "wait"),
    "failed": State("failed", N_("Failed"), "bad", "bad"),
    "not-carried-out": NOT_CARRIED_OUT,
}


ACTS: Mapping[AuditStatus | None, State] = {
    "done": State("done", N_("Done"), "ok"),
    "refused": State("refused", N_("Refused"), "deny"),
    "denied": State("denied", N_("Denied"), "deny", "wait"),
    None: State("end-not-known", N_("Not known whether it was done"), "warn", "wait"),
}
"""How it ended what people did beside releases"""


def live_state(is_stopped: bool, runs_in_between: bool) -> State:
    """Of what is live: of jobs and tasks nothing runs in between."""
    if not runs_in_between:
        return NEXT_RUN_TAKES_IT
    return RAN_LAST if is_stopped else RUNS_NOW


def release_state(release: Release, progress: Progress | None) -> State:
    """``progress`` is where it stands while it is in progress."""
    if release.outcome:
        return OUTCOMES[release.outcome.status]
    if progress and progress.shift and progress.shift.pause:
        return AWAITS_APPROVAL
    return FIRST_RUN if waits_for_first_run(release, progress) else ROLLING_OUT


def waits_for_first_run(release: Release, progress: Progress | None) -> bool:
    return release.first_run is not None and progress is not None and progress.phase in ("waiting", "first run")


def task_state(task: Task) -> State:
    if task.status == "STOPPED":
        is_wanted = task.stop_code in _STOPPED_BY_OTHERS and not is_unhealthy(task)
        return ENDED if is_wanted or (task.exit_code == 0 and not task.stop_code) else FAILED
    if task.status in ("DEACTIVATING", "STOPPING", "DEPROVISIONING"):
        return STOPPING
    if task.status != "RUNNING":
        return STARTING
    return {"HEALTHY": HEALTHY, "UNHEALTHY": FAILING}.get(task.health, RUNNING)


def is_well(task: Task) -> bool:
    return task_state(task) in (HEALTHY, RUNNING)


_STOPPED_BY_OTHERS = ("UserInitiated", "ServiceSchedulerInitiated", "TerminationNotice", "SpotInterruption")
"""Somebody, the scheduler, or AWS that took the machine away: the program did not fail"""


def is_unhealthy(task: Task) -> bool:
    return "health check" in task.stopped_reason.lower()
