"""Checks before a running service is touched: replacing it stops its tasks, and they must be able to start again.

Everything that its next release will check is checked here first: image, env files, secrets, rights. If anything is
missing, or a queue would be taken away from what runs or deleted with messages in it, nothing is touched, so the
service keeps running.
"""

from collections.abc import Iterator
from contextlib import suppress

from deploy.run import Run
from deploy.running_service import RunningService
from runtime.aws.errors import Absent
from runtime.bucket.env_files import EnvFiles
from runtime.bucket.release_records import describe
from runtime.releases import rights
from service_catalog import env_file, naming
from service_catalog.arns import makes_repository
from service_catalog.deployment_alarms import alarm_fields
from service_catalog.differences import entry_data, entry_of
from service_catalog.log_routing import is_routed, keeps_router, routes_in_use
from service_catalog.messages import Message, joined, say
from service_catalog.model import SHIFTING, LogRoute, Queue, Service
from service_catalog.records.provisioned import Queue as ProvisionedQueue
from service_catalog.records.releases import Release


def open_questions(run: Run, service: Service, running_service: RunningService) -> list[str]:
    """All of them; none for a service that never ran."""
    if running_service.in_progress:
        return [_in_progress(run, service, running_service.in_progress)]
    messages = _messages_deleted(run, service, running_service.queue)
    first: list[str] = [*messages, *_repository_there(run, service)]
    if running_service.ran is None:
        return first
    return [
        *_touched_outside(run, service, running_service),
        *_beginning_empty(run, service, running_service.ran),
        *_target_group_taken(run, service, running_service),
        *_alarms_taken(run, service, running_service),
        *run.gateways.releases.foresee(service, running_service.ran.contents).problems,
        *_rights_taken(run, service, running_service.live.release),
        *_queue_taken(run, service, running_service.live.release),
        *_log_groups_taken(service, running_service.live.release),
        *first,
    ]


def _repository_there(run: Run, service: Service) -> Iterator[Message]:
    """Its stack would make it, and AWS makes none of a name that there is. One that a service left is kept. On the
    local cloud images are there before their repository, which is taken over."""
    name = service.image.repository
    is_made = makes_repository(service.image, run.environment) and run.environment.name != naming.LOCAL
    if not is_made or _may_have_made(run, service.name, name):
        return
    if run.gateways.images.has_repository(name):
        yield say(
            "image.repository: there is a repository %(name)s already, which no stack of %(service)s made; write "
            "existing: true beside it, or delete it",
            name=name,
            service=service.name,
        )


def _may_have_made(run: Run, service: str, repository: str) -> bool:
    """It did, or a run that did not come to its end may have."""
    try:
        record = run.gateways.provisioned.read(service)
    except Absent:
        return naming.stack(run.environment.name, service) in run.engine.stacks()
    has_failed = run.gateways.service_index.read(service).failed_provisioning is not None
    return record.made_repository == repository or has_failed


def _in_progress(run: Run, service: Service, release: Release) -> Message:
    shift = run.gateways.releases.progress(service.name, release.number).shift
    if shift and shift.pause:
        return say(
            "%(release)s by %(who)s waits for approval: `slipway release %(environment)s %(service)s --continue` "
            "continues it, `--stop` rolls it back",
            release=describe(release),
            who=release.who,
            environment=run.environment.name,
            service=service.name,
        )
    return run.gateways.releases.silence(release) or say(
        "%(release)s by %(who)s is in progress; wait for it, or stop it: `slipway release %(environment)s %(service)s "
        "--stop`",
        release=describe(release),
        who=release.who,
        environment=run.environment.name,
        service=service.name,
    )


def _touched_outside(run: Run, service: Service, running_service: RunningService) -> Iterator[Message]:
    if running_service.ran is None:
        return
    names = {"environment": run.environment.name, "service": service.name, "number": running_service.ran.number}
    if running_service.was_stopped and not run.retry:
        yield say(
            "somebody stopped it: its desired count is 0, and release %(number)s asks for %(tasks)s; `slipway up "
            "%(environment)s %(service)s --retry` starts it again",
            tasks=running_service.ran.tasks,
            **names,
        )
    if running_service.live.changed_outside and not run.retry:
        yield say(
            "it was changed outside: ECS runs a revision of no release; `slipway release %(environment)s %(service)s "
            "--to %(number)s` puts release %(number)s back, `slipway up %(environment)s %(service)s --retry` does so "
            "with what the catalog says",
            **names,
        )
    if running_service.gone_back_to and running_service.last:  # which of the two is meant, no option says
        yield say(
            "somebody went back to release %(number)s outside Slipway; `slipway release %(environment)s %(service)s "
            "--to %(last)s` puts release %(last)s back, with `--to %(number)s` release %(number)s stays",
            last=running_service.last.number,
            **names,
        )


def _target_group_taken(run: Run, service: Service, running_service: RunningService) -> Iterator[Message]:
    """Only a strategy that shifts requests has a second target group, and each release changes groups."""
    before = running_service.entry.get("deployment", {}).get("strategy")
    if before not in SHIFTING or service.deployment.shifts_traffic or not running_service.runs:
        return
    if run.gateways.ecs_services.stands_in_alternate(service.name) is not False:
        yield say(
            "deployment.strategy: %(before)s gives way to %(strategy)s, whose only target group may have no task now: "
            "no request would be answered until the next release came through; once `slipway release %(environment)s "
            "%(service)s` came through, its tasks stand in that one: then run this again",
            before=before,
            strategy=service.deployment.strategy,
            environment=run.environment.name,
            service=service.name,
        )


def _alarms_taken(run: Run, service: Service, running_service: RunningService) -> Iterator[Message]:
    """ECS is told by an alarm's name to heed none, and what it is not told stays as it was."""
    if running_service.entry.get("deployment", {}).get("alarms") and not alarm_fields(service.alarms):
        yield say(
            "deployment.alarms: ECS would go on heeding alarms that are gone; remove it first, keep one of `alarms`, "
            "run `slipway up %(environment)s %(service)s`, then remove that, too",
            environment=run.environment.name,
            service=service.name,
        )


def _beginning_empty(run: Run, service: Service, ran: Release) -> Iterator[Message]:
    """A renamed env file would be released without any of its keys."""
    env_files = run.gateways.env_files
    for file, source in run.env_from.items():
        if source and source not in ran.contents.env:
            yield say(
                "env file %(file)s cannot begin as a copy of %(source)s; release %(number)s has %(files)s",
                file=file,
                source=source,
                number=ran.number,
                files=", ".join(ran.contents.env) or say("none"),
            )
    new = [it for it in service.env_files if it not in run.env_from and not env_files.numbers(service.name, it)]
    counts = keys_left(env_files, service, ran) if new else {}
    if not counts:
        return
    command = f"`slipway up {run.environment.name} {service.name} --env-from {new[0]}"
    yield say(
        "env file %(new)s would begin empty, while %(left)s; %(copy)s copies the keys, %(empty)s begins it empty",
        new=", ".join(new),
        left=keys_that_go(counts),
        copy=f"{command}={next(iter(counts))}`",
        empty=f"{command}=`",
    )


def keys_that_go(counts: dict[str, int]) -> Message:
    [(file, count), *rest] = counts.items()
    goes = say("%(file)s goes with %(count)s keys", file=file, count=count)
    if count == 1:
        goes = say("%(file)s goes with 1 key", file=file)
    return joined(", ", [goes, keys_that_go(dict(rest))]) if rest else goes


def keys_left(env_files: EnvFiles, service: Service, ran: Release) -> dict[str, int]:
    """How many keys go with each env file that the entry no longer names."""
    left = {file: version for file, version in ran.contents.env.items() if file not in service.env_files}
    texts = {file: env_files.read(service.name, file, version).text or "" for file, version in left.items()}
    counts = {file: len(env_file.effective([text])) for file, text in texts.items()}
    return {file: count for file, count in counts.items() if count}


def _rights_taken(run: Run, service: Service, live: Release | None) -> Iterator[Message]:
    """Provisioning writes the roles anew, and any new task of the live release starts with them."""
    if live is None:
        return
    document = run.gateways.releases.definition(live)
    for right in rights.missing(document, service.name, entry_data(service), run.environment):
        if right.can_be_retired:
            yield say(
                "%(what)s is read by release %(number)s, which is live; keep it in the catalog and mark it `retired: "
                "true` until no release that matters has it",
                what=right.what,
                number=live.number,
            )


def _queue_taken(run: Run, service: Service, live: Release | None) -> Iterator[Message]:
    """What runs has the old queue's address until the next release came through. A pause says that this is meant."""
    if live is None or live.entry is None or "queue" not in live.entry or (live.tasks and live.tasks.max == 0):
        return
    before = Queue.model_construct(**live.entry["queue"])
    if service.queue and (service.queue.existing, service.queue.fifo) == (before.existing, before.fifo):
        return
    loss, flag = say("its role may no longer read it"), ""
    if not before.existing:
        loss, flag = say("it is deleted with every message in it"), " --delete-messages"
    yield say(
        "queue %(queue)s is taken from release %(number)s, which is live, and %(loss)s; once that is no loss, `slipway "
        "release %(environment)s %(service)s --pause`, then `slipway up %(environment)s %(service)s%(flag)s`, which "
        "starts it again",
        queue=before.existing or _own_queue(run, service, before),
        number=live.number,
        loss=loss,
        flag=flag,
        environment=run.environment.name,
        service=service.name,
    )


def _log_groups_taken(service: Service, live: Release | None) -> Iterator[Message]:
    """What runs writes to the log groups of its routes until the next release came through, by a configuration that its
    role must be able to read."""
    entry = entry_of(live.entry) if live else None
    if live is None or entry is None or (live.tasks and live.tasks.max == 0):
        return
    kept = {_place(route) for route in service.logs.routes if not route.drop}
    gone = sorted({route.name for route in routes_in_use(entry.logs) if not route.drop and _place(route) not in kept})
    if is_routed(entry.logs) and not keeps_router(service.logs):
        yield say(
            "logs: the log router is taken from release %(number)s, which is live; keep what it had in the entry, "
            "marked `retired: true`, until a release without it runs",
            number=live.number,
        )
    elif gone:
        yield say(
            "logs.routes: %(routes)s is taken from release %(number)s, which is live and writes there; keep it in the "
            "entry, marked `retired: true`, until a release without it runs",
            routes=", ".join(gone),
            number=live.number,
        )


def _place(route: LogRoute) -> tuple[str, ...]:
    """Where its lines are kept."""
    return (route.name, route.to or "", route.bucket or "", route.stream or "")


def _messages_deleted(run: Run, service: Service, queue: ProvisionedQueue | None) -> Iterator[Message]:
    """A queue of its own goes once the entry has another, whoever sends to it; one that was there before stays."""
    if queue is None or queue.dead_letter_name is None or run.delete_messages:
        return
    wanted = service.queue
    if wanted and not wanted.existing and _own_queue(run, service, wanted) == queue.name:
        return
    with suppress(Absent):
        depth = run.gateways.queues.depth(queue)
        held, dead = depth.waiting + depth.in_flight + depth.delayed, depth.dead or 0
        if held or dead:
            yield say(
                "queue %(queue)s would be deleted with what is in it (messages: %(held)s, dead letters: %(dead)s); let "
                "the worker empty it, or say `slipway up %(environment)s %(service)s --delete-messages`",
                queue=queue.name,
                held=held,
                dead=dead,
                environment=run.environment.name,
                service=service.name,
            )


def _own_queue(run: Run, service: Service, queue: Queue) -> str:
    return naming.queue(run.environment.name, service.name, fifo=queue.fifo)
