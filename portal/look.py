"""How things read on a page: states with their glyph and tone, release chips, words for kinds and changes.

Colour says who must act: bad, broken now; wait, a person; move, the machine; ok, nobody. A glyph and a word always
stand with it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Protocol

from flask import Flask
from markupsafe import Markup, escape

from portal import charts, env_editor
from portal.registration import labels
from portal.text import next_steps
from portal.text.language import N_, _
from portal.text.translate import said
from runtime.aws.ecr_images import ImageTag
from runtime.aws.ecs_tasks import Task
from runtime.bucket.records import Release
from runtime.diagnosis import diagnosis
from runtime.service_state import Status
from service_catalog import naming


@dataclass(frozen=True)
class State:
    key: str
    word: str
    glyph: str
    tone: str = ""


FAILING = State("failing", N_("Failing"), "bad", "bad")
BROKEN_ENTRY = State("catalog", N_("Catalog problem"), "bad", "bad")
DELETED = State("deleted", N_("Deleted outside"), "bad", "bad")
NOTHING_RUNS = State("nothing-runs", N_("Nothing runs"), "bad", "bad")
LOG_GROUP_GONE = State("log-group-gone", N_("Log group gone"), "warn", "wait")
PROVISIONING_FAILED = State("provisioning-failed", N_("Provisioning failed"), "back", "wait")
ROLLED_BACK = State("rolled-back", N_("Rolled back"), "back", "wait")
STOPPED = State("stopped", N_("Stopped"), "back", "wait")
CHANGED_OUTSIDE = State("changed-outside", N_("Changed outside"), "warn", "wait")
ROLLING_OUT = State("rolling-out", N_("Rolling out"), "move", "move")
ROLLING_BACK = State("rolling-out", N_("Rolling back"), "back", "move")
ALARM = State("alarm", N_("Alarm"), "warn", "bad")
STARTING = State("starting", N_("Starting"), "move", "move")
NOT_IN_CATALOG = State("not-in-catalog", N_("Not in the catalog"), "warn", "wait")
STAGED = State("staged", N_("Staged"), "staged", "wait")
CATALOG_CHANGED = State("catalog-changed", N_("Catalog changed"), "staged", "wait")
NO_RELEASE = State("no-release", N_("No release yet"), "none")
NOT_KNOWN = State("not-known", N_("Not known"), "none")
NOT_PROVISIONED = State("not-provisioned", N_("Not provisioned"), "none")
HEALTHY = State("healthy", N_("Healthy"), "ok", "ok")
RUNNING = State("running", N_("Running"), "ok", "ok")
RUNS_NOW = State("runs-now", N_("Runs now"), "ok", "ok")
RAN_LAST = State("ran-last", N_("Ran last"), "ok")
"""Of what is live on a service whose desired count is 0"""
FAILED = State("failed", N_("Failed"), "bad", "bad")
ENDED = State("ended", N_("Ended"), "none")
STOPPING = State("stopping", N_("Stopping"), "move")

OF_SERVICE: Mapping[Status, State] = {
    "catalog problem": BROKEN_ENTRY,
    "not in the catalog": NOT_IN_CATALOG,
    "not provisioned": NOT_PROVISIONED,
    "deleted outside": DELETED,
    "deploying": ROLLING_OUT,
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
    "alarm": ALARM,
    "healthy": HEALTHY,
}
"""The word, glyph and tone of what ``runtime.service_state`` says"""

KINDS = {
    "deploy": N_("Image"),
    "env": N_("Env only"),
    "definition": N_("Definition"),
    "roll-back": N_("Roll back"),
}
OUTCOMES = {
    "succeeded": State("succeeded", N_("Succeeded"), "ok"),
    "rolled-back": State("rolled-back", N_("Rolled back by ECS"), "back", "wait"),
    "stopped": State("stopped", N_("Stopped and rolled back"), "back", "wait"),
    "failed": State("failed", N_("Failed"), "bad", "bad"),
    "not-carried-out": State("not-carried-out", N_("Not carried out"), "none"),
}
AUDIENCES = {"public": N_("public"), "internal": N_("our network only")}
CHANGES = {"added": N_("+ added"), "changed": N_("~ changed"), "removed": N_("− removed")}


class Contents(Protocol):
    """What a release pins, as far as a chip shows it."""

    @property
    def image(self) -> str: ...
    @property
    def env(self) -> Mapping[str, int]: ...


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        chip=chip,
        release_words=release_words,
        words_beside=words_beside,
        image_word=image_word,
        highest_version=highest_version,
        change_word=lambda kind: _(CHANGES[kind]),
        kind_word=lambda kind: _(KINDS[kind]),
        release_state=release_state,
        live_state=live_state,
        task_state=task_state,
        is_bad_line=lambda text: _BAD_LINE.search(text) is not None,
        field_of=labels.field_of,
        label_of=labels.label_of,
        fix_name=env_editor.fix_name,
        fixed_key=env_editor.fixed_key,
        said=said,
        in_short=diagnosis.in_short,
        plain_arns=plain_arns,
        steps=next_steps.steps,
        env_button=next_steps.env_button,
        env_file_of=next_steps.env_file_of,
        code_words=code_words,
        exit_words=exit_words,
        shortened=lambda text: text if len(text) <= _LONG else f"{text[:_LONG]}…",
    )
    states = {name: it for name, it in globals().items() if isinstance(it, State)}
    app.jinja_env.globals.update(
        look=SimpleNamespace(**states), audience_words=AUDIENCES, chart_box=(charts.WIDTH, charts.HEIGHT)
    )
    app.jinja_env.globals.update(local_environment=naming.LOCAL, log_group_of=naming.log_group)
    app.jinja_env.tests["printed_line"] = lambda line: _PRINTED.match(line) is not None
    app.jinja_env.tests["healthy_task"] = lambda task: task_state(task) in (HEALTHY, RUNNING)


def live_state(is_stopped: bool) -> State:
    return RAN_LAST if is_stopped else RUNS_NOW


def release_state(release: Release) -> State:
    return OUTCOMES[release.outcome.status] if release.outcome else ROLLING_OUT


def task_state(task: Task) -> State:
    if task.status == "STOPPED":
        is_wanted = task.stop_code in _STOPPED_BY_OTHERS and not _is_unhealthy(task)
        return ENDED if is_wanted or (task.exit_code == 0 and not task.stop_code) else FAILED
    if task.status in ("DEACTIVATING", "STOPPING", "DEPROVISIONING"):
        return STOPPING
    if task.status != "RUNNING":
        return STARTING
    return {"HEALTHY": HEALTHY, "UNHEALTHY": FAILING}.get(task.health, RUNNING)


_STOPPED_BY_OTHERS = ("UserInitiated", "ServiceSchedulerInitiated", "TerminationNotice", "SpotInterruption")
"""Somebody, the scheduler, or AWS that took the machine away: the program did not fail"""


def _is_unhealthy(task: Task) -> bool:
    return "health check" in task.stopped_reason.lower()


_EXITS = {
    137: N_("exit code 137: killed, out of memory or too slow to stop"),
    139: N_("exit code 139: the program crashed"),
    143: N_("exit code 143: asked to stop"),
}


def exit_words(task: Task) -> str:
    """Empty for a task that ECS killed for its health: its code says nothing of the program."""
    if task.exit_code is None or _is_unhealthy(task):
        return ""
    return _(_EXITS[task.exit_code]) if task.exit_code in _EXITS else _("exit code %(code)s", code=task.exit_code)


_BAD_LINE = re.compile(r"\b(ERROR|FATAL|CRITICAL|Traceback|panic)\b|\"level\":\s*\"(error|fatal)\"", re.IGNORECASE)


def chip(contents: Contents) -> list[str]:
    """``image 2.14.0 | env v13``; with several files each by its name."""
    return [_("image %(tag)s", tag=image_word(contents.image)), *env_words(contents.env)]


def release_words(contents: Contents) -> str:
    """``2.14.0 + env v13``: the same thing within a sentence or on a button."""
    return " + ".join([image_word(contents.image), *env_words(contents.env)])


def words_beside(contents: Contents, other: Contents | None) -> str:
    """The same, short enough for a button: of several env files those alone whose version is another."""
    if len(contents.env) < 2 or other is None:
        return release_words(contents)
    differing = {file: number for file, number in contents.env.items() if other.env.get(file) != number}
    return " + ".join([image_word(contents.image), *(f"env {file} v{number}" for file, number in differing.items())])


def env_words(env: Mapping[str, int]) -> list[str]:
    if len(env) == 1:
        return [f"env v{next(iter(env.values()))}"]
    return [f"env {file} v{number}" for file, number in env.items()]


def image_word(reference: str) -> str:
    """The tag, or the first characters of a digest: the repository is the same on every line."""
    if "@" in reference:
        return reference.partition("@")[2][:19]
    name = reference.rpartition("/")[2]
    return name.partition(":")[2] or name


_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)")


def highest_version(tags: Sequence[ImageTag]) -> str:
    """Of the tags that are plain versions: neither ``latest``, which says nothing, nor ``2.0.0-rc1``."""
    plain = [(match[1], it.tag) for it in tags if (match := _VERSION.fullmatch(it.tag))]
    return max(plain, key=lambda it: [int(part) for part in it[0].split(".")], default=("", ""))[1]


_TARGET_GROUP = re.compile(r"arn:aws[\w-]*:elasticloadbalancing:[\w:-]*:targetgroup/([\w-]+)/\w+")
_PRINTED = re.compile(r"[0-9a-f]{1,8}> ")
"""How a diagnosis marks lines that the program itself printed."""


def plain_arns(text: str) -> str:
    """A target group by its name: its ARN is as wide as a table, and says no more."""
    return _TARGET_GROUP.sub(r"\1", text)


_LONG = 200
"""A longer value would push everything else off the page."""


def code_words(text: str) -> Markup:
    """Words between backticks set as code, as the model's descriptions mark them."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
