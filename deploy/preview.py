"""``slipway preview``: what ``up`` would do, resource by resource. Nothing is touched."""

from collections.abc import Collection, Sequence

from deploy.engine import Changes
from deploy.plan import Item
from deploy.results import Result
from deploy.run import Run, first_of
from deploy.up import Look, look

_ECS_SERVICE = "aws:ecs/service:Service"
Previewed = tuple[Result, Changes]
"""What is said of the stack, and every step of it."""


def preview(run: Run, only: Collection[str]) -> list[Previewed]:
    seen = look(run, only)
    done: dict[str, Changes] = {}

    def work(item: Item) -> Result:
        result, done[item.stack] = _previewed(run, item)
        return result

    def previewed(items: Sequence[Item]) -> list[Previewed]:
        return [(result, done.get(result.stack, Changes(result.stack))) for result in run.each(work, items)]

    first = previewed([seen.environment_item])
    if not seen.remembered.exports:
        return [*first, *_unforeseeable(run, seen)]
    return [*first, *previewed(seen.service_items(seen.wanted.fingerprints(seen.remembered.exports)))]


def _previewed(run: Run, item: Item) -> Previewed:
    if item.action == "nothing":
        return Result(item.stack, "unchanged", item.why, item.why), Changes(item.stack)
    if item.action == "destroy":
        return Result(item.stack, "previewed", item.why, f"{item.why}: would be destroyed"), Changes(item.stack)
    with run.slot():
        changes = run.engine.preview(item.stack)
    if not changes.ok:
        said = first_of(changes.failures)
        return Result(item.stack, "failed", item.why, said, changes.counts, changes.seconds), changes
    return Result(item.stack, "previewed", item.why, _sentence(item, changes), changes.counts, changes.seconds), changes


def _sentence(item: Item, changes: Changes) -> str:
    if changes.touched(_ECS_SERVICE, "replace"):
        return f"{item.why}; the ECS service is replaced: it stops, then what was live is released again"
    return item.why if changes.counts else f"{item.why}; no resource would change"


def _unforeseeable(run: Run, seen: Look) -> list[Previewed]:
    """A service's resources are made of what the environment exports."""
    items = [Item(run.environment.name, name, "provision", "new") for name in sorted(seen.wanted.services)]
    said = "new; its resources can be listed once the environment stands"
    return [(Result(item.stack, "previewed", item.why, said), Changes(item.stack)) for item in items]
