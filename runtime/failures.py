"""What a failed release left behind, gathered for the diagnosis: stopped tasks, last lines, what it changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from runtime import definitions, diagnosis
from runtime.causes import FailedTask, WhatChanged
from runtime.claims import Claims, short_image
from runtime.diagnosis import Diagnosis
from runtime.env_files import EnvFiles
from runtime.errors import Absent
from runtime.logs import Logs
from runtime.plans import Plans
from runtime.records import Release
from runtime.tasks import Task, Tasks
from service_catalog import env_file

_TASKS = 3
_LINES = 20
_TELLING = 6
"""Shorter env values are words like ``debug``: hiding them would garble lines and hide nothing."""


class Failures:
    def __init__(self, claims: Claims, plans: Plans, env_files: EnvFiles, tasks: Tasks, logs: Logs):
        self._claims, self._plans, self._env_files, self._tasks, self._logs = claims, plans, env_files, tasks, logs

    def diagnose(self, release: Release, ecs_reason: str = "") -> Diagnosis:
        """While the release still rolls out, too; ``ecs_reason`` is known once ECS gave it up."""
        settings = self._settings(release)
        failed = [self._failed(release, task, settings) for task in self._stopped(release)[:_TASKS]]
        return diagnosis.diagnose(failed, self._changed(release, settings), ecs_reason)

    def of_rollout(self, release: Release, since: datetime, ecs_reason: str) -> Diagnosis:
        """Of a change of the service itself, which rolled the revision of ``release`` once more."""
        settings = self._settings(release)
        stopped = [task for task in self._stopped(release) if task.created_at and task.created_at >= since]
        failed = [self._failed(release, task, settings) for task in stopped[:_TASKS]]
        return diagnosis.diagnose(failed, WhatChanged(known_keys=tuple(settings)), ecs_reason)

    def _stopped(self, release: Release) -> list[Task]:
        """Not those that ECS stopped because the release was given up: their reason is no cause."""
        ours = [task for task in self._tasks.stopped(release.service) if task.revision == release.revision]
        return [task for task in ours if task.stop_code != "ServiceSchedulerInitiated" or _is_unhealthy(task)]

    def _failed(self, release: Release, task: Task, settings: Mapping[str, str]) -> FailedTask:
        lines = self._logs.of_task(release.service, task.id, _LINES)
        return FailedTask(
            id=task.id,
            stop_code=task.stop_code,
            reason=task.stopped_reason,
            exit_code=task.exit_code,
            container_reason="; ".join(dict.fromkeys(it.reason for it in task.containers if it.reason)),
            lines=tuple(without_values(line.text, settings) for line in lines),
        )

    def _changed(self, release: Release, settings: Mapping[str, str]) -> WhatChanged:
        if release.base is None:
            return WhatChanged(image=short_image(release.contents.image), known_keys=tuple(settings))
        base = self._claims.get(release.service, release.base)
        before = self._settings(base)
        new_image = release.contents.image != base.contents.image
        return replace(
            changed_keys(before, settings),
            known_keys=tuple(settings),
            image=short_image(release.contents.image) if new_image else "",
            definition=tuple(
                str(change)
                for change in definitions.differences(
                    self._plans.definition(base.revision), self._plans.definition(release.revision)
                )
            ),
        )

    def _settings(self, release: Release) -> dict[str, str]:
        """What the release's env files give the program."""
        texts = [self._text(release.service, file, number) for file, number in release.contents.env.items()]
        return env_file.effective(texts)

    def _text(self, service: str, file: str, number: int) -> str:
        try:
            return self._env_files.read(service, file, number).text or ""
        except Absent:
            return ""


def changed_keys(before: Mapping[str, str], after: Mapping[str, str]) -> WhatChanged:
    return WhatChanged(
        removed_keys=tuple(sorted(before.keys() - after.keys())),
        changed_keys=tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key])),
        added_keys=tuple(sorted(after.keys() - before.keys())),
    )


def without_values(line: str, settings: Mapping[str, str]) -> str:
    """A program may print its settings; the record of a release must not keep them."""
    for key, value in sorted(settings.items(), key=lambda item: len(item[1]), reverse=True):
        if len(value) >= _TELLING:
            line = line.replace(value, f"‹{key}›")
    return line


def _is_unhealthy(task: Task) -> bool:
    return "health check" in task.stopped_reason.lower()
