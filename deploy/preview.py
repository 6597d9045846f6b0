"""``slipway preview``: what ``up`` would do, in words and resource by resource. Nothing in AWS is touched."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from deploy import plan, running_service
from deploy.engine import Changes
from deploy.inputs import RunInputs, read_inputs
from deploy.plan import Item
from deploy.results import Result
from deploy.run import Run, provisioned, result_of
from deploy.running_service import RunningService
from deploy.service_in_words import in_words
from deploy.unconfirmed import still_unconfirmed
from runtime.aws.errors import GatewayError
from service_catalog.messages import say
from service_catalog.model import Service

_ECS_SERVICE = "aws:ecs/service:Service"
Previewed = tuple[Result, Changes]
"""What is said of the stack, and every step of it."""


def preview(run: Run, only: Collection[str]) -> list[Previewed]:
    inputs = read_inputs(run, only)
    done: dict[str, Changes] = {}

    def work(item: Item) -> Result:
        result, done[item.stack] = _previewed(run, inputs, item)
        return result

    def previewed(items: Sequence[Item]) -> list[Previewed]:
        return [(result, done.get(result.stack, Changes(result.stack))) for result in run.each(work, items)]

    [(environment, changes)] = previewed([inputs.environment_item])
    first = [(replace(environment, details=still_unconfirmed(run.gateways, environment.details)), changes)]
    if not inputs.records.exports:
        return [*first, *_unforeseeable(run, inputs)]
    return [*first, *previewed(inputs.service_items(inputs.wanted.fingerprints(inputs.records.exports)))]


def _previewed(run: Run, inputs: RunInputs, item: Item) -> Previewed:
    if item.action == "nothing":
        return Result(item.stack, "unchanged", item.why, item.why), Changes(item.stack)
    if item.action == "destroy":
        said = say("%(why)s: would be destroyed", why=item.why)
        return Result(item.stack, "previewed", item.why, said), Changes(item.stack)
    if inputs.lacks_exports(item):
        return _not_foreseen(item)
    if run.refresh_first and not (looked := run.refresh(item)).ok:
        return result_of(item, looked, ""), looked
    with run.slot():
        changes = run.engine.preview(item.stack)
    if not changes.ok:
        return result_of(item, changes, ""), changes
    if item.why == plan.LOOKED_THROUGH and not changes.counts:
        return Result(item.stack, "unchanged", item.why, provisioned(item, changes)), changes
    result = replace(result_of(item, changes, _sentence(item, changes)), status="previewed")
    service = inputs.wanted.services.get(item.service or "")
    return (_with_words(run, service, item, result, changes) if service else result), changes


def _with_words(run: Run, service: Service, item: Item, result: Result, changes: Changes) -> Result:
    try:
        said, questions = in_words(run, service, changes)
        if changes.touched(_ECS_SERVICE, "replace"):
            result = replace(result, ended=_replaced(item, running_service.read(run.gateways, service.name)))
    except GatewayError as error:
        return replace(result, status="failed", details=(error.sentence,))
    if not questions:
        return replace(result, details=tuple(said))
    held = say("`slipway up` would touch nothing: %(question)s", question=questions[0])
    return replace(result, status="held-back", ended=held, details=(*questions[1:], *said))


def _sentence(item: Item, changes: Changes) -> str:
    if changes.counts or item.refresh:
        return item.why
    return say("%(why)s; no resource would change", why=item.why)


def _replaced(item: Item, before: RunningService) -> str:
    if before.runs:
        return say("%(why)s; the ECS service is replaced: it stops, then what was live is released again", why=item.why)
    if before.ran:
        return say("%(why)s; the ECS service is created again, then what ran last is released again", why=item.why)
    return say("%(why)s; the ECS service is replaced, of which nothing ran yet", why=item.why)


def _unforeseeable(run: Run, inputs: RunInputs) -> list[Previewed]:
    """A service's resources are made of what the environment exports."""
    items = [Item(run.environment.name, name, "provision", say("new")) for name in sorted(inputs.wanted.services)]
    return [_not_foreseen(item) for item in items]


def _not_foreseen(item: Item) -> Previewed:
    said = say("%(why)s; its resources can be listed once the environment is provisioned", why=item.why)
    return Result(item.stack, "previewed", item.why, said), Changes(item.stack)
