"""What a failed release left behind, gathered for the diagnosis: stopped tasks, last lines, what it changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from runtime.aws import task_definitions
from runtime.aws.ecs_services import EcsServices, Event
from runtime.aws.ecs_tasks import Task, Tasks
from runtime.aws.errors import Absent
from runtime.aws.logs import Logs
from runtime.aws.task_definitions import TaskDefinitions
from runtime.bucket.env_files import EnvFiles
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.release_records import ReleaseRecords
from runtime.diagnosis import diagnosis
from runtime.diagnosis.facts import FailedTask, Probe, WhatChanged
from service_catalog import env_file, image_references, naming
from service_catalog.differences import entry_of
from service_catalog.health_checks import asked_path
from service_catalog.records.releases import Diagnosis, Release

_TASKS = 3
_LINES = 20
_UNHEALTHY = re.compile(r"\(port (?P<port>\d+)\) is unhealthy in .*due to \(reason (?P<answer>[^)]+)\)")
"""How an event of ECS tells what the load balancer got"""
_TELLING = 6
"""Shorter env values are words like ``debug``: hiding them would garble lines and hide nothing."""


class FailureEvidence:
    def __init__(
        self,
        records: ReleaseRecords,
        definitions: TaskDefinitions,
        env_files: EnvFiles,
        tasks: Tasks,
        logs: Logs,
        ecs_services: EcsServices,
        provisioned: ProvisionedRecords,
    ):
        self._records, self._definitions, self._env_files = records, definitions, env_files
        self._tasks, self._logs = tasks, logs
        self._ecs_services, self._provisioned = ecs_services, provisioned

    def diagnose(self, release: Release, ecs_reason: str = "", rang: Sequence[str] = ()) -> Diagnosis:
        """While the release still rolls out, too; ``ecs_reason`` is known once ECS gave it up, and which alarms
        ``rang`` if they made it."""
        settings = self._settings(release)
        failed = self._failures(release, self._stopped(release), settings, release.when)
        return diagnosis.diagnose(failed, self._changed(release, settings), ecs_reason, rang)

    def of_rollout(self, release: Release, since: datetime, ecs_reason: str, rang: Sequence[str] = ()) -> Diagnosis:
        """Of a change of the service itself, which rolled the revision of ``release`` once more."""
        settings = self._settings(release)
        stopped = [task for task in self._stopped(release) if task.created_at and task.created_at >= since]
        failed = self._failures(release, stopped, settings, since)
        return diagnosis.diagnose(failed, self._unchanged(release, settings), ecs_reason, rang)

    def of_first_run(self, release: Release, how_it_ended: str) -> Diagnosis:
        """Of the run that the release began with."""
        settings = self._settings(release)
        tasks = self._tasks.of_run(release.service, release.run_id)
        # One that was told to stop may well end with 0.
        stopped = [it for it in tasks if it.exit_code != 0 or it.stop_code == "UserInitiated"]
        failed = [self._failed(release, task, settings) for task in stopped[:_TASKS]]
        return diagnosis.of_first_run(failed, self._changed(release, settings), how_it_ended)

    def _failures(
        self, release: Release, stopped: Sequence[Task], settings: Mapping[str, str], since: datetime
    ) -> list[FailedTask]:
        failed = [self._failed(release, task, settings) for task in stopped[:_TASKS]]
        if all("ELB" not in task.reason for task in failed):
            return failed
        probe = self._probe(release.service, since)
        return [replace(task, probe=probe) if "ELB" in task.reason else task for task in failed]

    def _probe(self, service: str, since: datetime) -> Probe | None:
        """None where the record of what was provisioned has no entry that today's model reads."""
        entry = entry_of(self._provisioned.read(service).entry)
        if entry is None or entry.exposure is None or entry.port is None:
            return None
        path, events = asked_path(entry.exposure, entry.health), self._ecs_services.service(service).events
        return probe_of(path, entry.port, [event for event in events if event.when >= since])

    def _stopped(self, release: Release) -> list[Task]:
        """Not those that ECS stopped because the release was given up: their reason is no cause."""
        ours = [task for task in self._tasks.stopped(release.service) if task.revision == release.revision]
        return [task for task in ours if task.stop_code != "ServiceSchedulerInitiated" or _is_unhealthy(task)]

    def _failed(self, release: Release, task: Task, settings: Mapping[str, str]) -> FailedTask:
        failed = task.ended_first.name if task.exit_code and task.ended_first else naming.CONTAINER
        lines = self._logs.of_task(release.service, task.id, _LINES, container=failed)
        return FailedTask(
            id=task.id,
            stop_code=task.stop_code,
            reason=task.stopped_reason,
            exit_code=task.exit_code,
            container_reason="; ".join(dict.fromkeys(it.reason for it in task.containers if it.reason)),
            lines=tuple(without_values(line.text, settings) for line in lines),
        )

    def _unchanged(self, release: Release, settings: Mapping[str, str]) -> WhatChanged:
        document = self._definitions.describe(release.revision)
        files = task_definitions.env_files(self._definitions.describe(release.contents.definition), release.service)
        return WhatChanged(known_keys=(*settings, *task_definitions.named_keys(document)), has_env_files=bool(files))

    def _changed(self, release: Release, settings: Mapping[str, str]) -> WhatChanged:
        stands = self._unchanged(release, settings)
        if release.base is None:
            return replace(stands, image=image_references.short(release.contents.image))
        base = self._records.get(release.service, release.base)
        before = self._settings(base)
        new_image = release.contents.image != base.contents.image
        return replace(
            changed_keys(before, settings),
            known_keys=stands.known_keys,
            has_env_files=stands.has_env_files,
            image=image_references.short(release.contents.image) if new_image else "",
            definition=tuple(
                str(change)
                for change in task_definitions.differences(
                    self._definitions.describe(base.revision), self._definitions.describe(release.revision)
                )
            ),
        )

    def _settings(self, release: Release) -> dict[str, str]:
        """What the release's env files give the program: what the definition names is not theirs."""
        texts = [self._text(release.service, file, number) for file, number in release.contents.env.items()]
        named = task_definitions.named_keys(self._definitions.describe(release.revision))
        return {key: value for key, value in env_file.effective(texts).items() if key not in named}

    def _text(self, service: str, file: str, number: int) -> str:
        try:
            return self._env_files.read(service, file, number).text or ""
        except Absent:
            return ""


def probe_of(path: str | None, port: int, events: Sequence[Event]) -> Probe:
    """``events`` newest first."""
    told = next(filter(None, (_UNHEALTHY.search(event.message) for event in events)), None)
    return Probe(path, int(told["port"]) if told else port, told["answer"] if told else "")


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
