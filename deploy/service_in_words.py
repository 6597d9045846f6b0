"""What `up` would do to one service, in words: its fields, its env files, what would run, and what is in the way."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy import files_left, running_service
from deploy.engine import Changes
from deploy.questions import keys_left, keys_that_go, open_questions
from deploy.run import Run
from deploy.running_service import RunningService
from runtime.aws.errors import Absent
from runtime.releases import limits
from runtime.releases.plan import Foreseen
from runtime.releases.proposal import scaling_ends
from service_catalog import image_references
from service_catalog.cost.change import cost_change
from service_catalog.differences import differences, entry_data, entry_of
from service_catalog.messages import Message, joined, say
from service_catalog.model import Service
from service_catalog.records.provisioned import Provisioned, ScheduledLimits, TaskLimits
from service_catalog.records.releases import Release

_RELEASED_WITH = ("aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service")


def in_words(run: Run, service: Service, changes: Changes) -> tuple[list[str], list[str]]:
    """What would change, and what has to be clear first."""
    before, record = running_service.read(run.gateways, service.name), _record(run, service.name)
    said: list[str] = []
    if record and record.entry is not None:
        said += [change.sentence for change in differences(record.entry, entry_data(service))]
        said += _cost(run, service, record.entry)
        said += files_left.sentences(record, service)
    if before.ran:
        said += _env_files(run, service, before.ran)
        said += _release(run, service, before, changes)
        if record and record.entry is not None:
            said += run.gateways.releases.lost(service.name, entry_data(service), record.entry)
    said += filter(None, [_scaling_schedule(run, service)])
    return said, open_questions(run, service, before)


def _record(run: Run, service: str) -> Provisioned | None:
    try:
        return run.gateways.provisioned.read(service)
    except Absent:
        return None


def _cost(run: Run, service: Service, provisioned: Mapping[str, Any]) -> Iterator[Message]:
    before = entry_of(provisioned)
    if before and (change := cost_change(before, service, run.environment)):
        yield change


def _env_files(run: Run, service: Service, ran: Release) -> Iterator[Message]:
    if counts := keys_left(run.gateways.env_files, service, ran):
        yield say("env file %(files)s", files=keys_that_go(counts))
    for file in service.env_files:
        if not run.gateways.env_files.numbers(service.name, file):
            yield say("env file %(file)s begins empty", file=file)


def _scaling_schedule(run: Run, service: Service) -> Message | None:
    if not service.scaling.schedule:
        return None
    schedule = [ScheduledLimits.model_validate(said.model_dump()) for said in service.scaling.schedule]
    return limits.schedule_sentence(_limits(service), schedule, run.gateways.now())


def _limits(service: Service) -> TaskLimits:
    return TaskLimits(min=service.tasks.min, max=service.tasks.max or service.tasks.min)


def _release(run: Run, service: Service, before: RunningService, changes: Changes) -> Iterator[Message]:
    """A definition that Pulumi registers, or an ECS service that it makes, is followed by a release."""
    if before.ran is None:
        return
    is_new = changes.touched(_RELEASED_WITH[0], "create", "replace", "update")
    if before.runs and not is_new and not changes.touched(_RELEASED_WITH[1], "create", "replace"):
        return
    coming: Foreseen = run.gateways.releases.foresee(service, before.ran.contents)
    env = [say("env %(file)s v%(version)s", file=file, version=version) for file, version in coming.env.items()]
    yield say(
        "then released: %(contents)s",
        contents=joined(", ", [say("image %(image)s", image=image_references.short(coming.image)), *env]),
    )
    if is_new and before.ran.scaled and not service.tasks.daemon:
        yield scaling_ends(before.ran, _limits(service))
