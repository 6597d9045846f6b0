"""One registration after the other: what has to be done that the cloud has what the program wants.

Registrations come from many threads at once, each as soon as its inputs are known. A resource that fails is answered as
failed, whatever needs it is skipped, and the rest goes on. A preview walks the same way and touches nothing: its
checkpoint is not saved, and what is not known yet is left out of the answers.
"""

import logging
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from local_cloud.engine import dependents, paths, urns, values
from local_cloud.engine.events import Action, Reporter
from local_cloud.engine.goal import Goal
from local_cloud.engine.provider import REACHED, Change, PartlyMade, Properties, Provider, ProviderError
from local_cloud.engine.state import Checkpoint, Resource, StateLost

log = logging.getLogger(__name__)


class StepFailed(Exception):
    """The text is a sentence: why this resource could not be brought about."""


class Told(Exception):
    """A failure that the reporter already knows of."""


@dataclass(frozen=True)
class Answer:
    """What the program is told of a resource."""

    id: str
    outputs: Mapping[str, Any]
    secrets: values.Secrets


class Deployment:
    def __init__(self, checkpoint: Checkpoint, provider: Provider, reporter: Reporter, *, preview: bool) -> None:
        self.checkpoint = checkpoint
        self.provider = provider
        self.reporter = reporter
        self.preview = preview
        self.seen: set[str] = set()
        self.failed: set[str] = set()
        self.lost = False
        self._condemned: dict[str, dependents.Dependent] = {}
        self._turn = threading.Lock()
        """Held to claim a resource and to clear the way for one: nobody registers what is being taken away."""

    def register(self, goal: Goal) -> Answer | None:
        """None when it failed."""
        if self.lost:
            return None
        with self.carrying(goal.urn, "update" if self.checkpoint.get(goal.urn) else "create"):
            self._claim(goal)
            goal = self._with_what_its_parent_hands_down(goal)
            old = self._previous(goal)
            if not goal.custom or urns.is_provider(goal.type):
                return self._note(goal, old)
            return self._deploy(goal, old)
        return None

    @contextmanager
    def carrying(self, urn: str, action: Action) -> Iterator[None]:
        """Whatever goes wrong inside is told and remembered; only this resource fails."""
        try:
            yield
            return
        except Told:
            pass
        except (StepFailed, ProviderError) as error:
            self.reporter.failed(action, urn, str(error))
        except StateLost as error:
            self.lost = True
            self.reporter.failed(action, urn, str(error))
        except Exception as error:
            log.exception("step failed unexpectedly urn=%s", urn)
            self.reporter.failed(action, urn, f"{type(error).__name__}: {error}")
        self.failed.add(urn)

    def settings(self, reference: str) -> Properties:
        """The inputs of a provider resource, without what only engines read."""
        provider = self.checkpoint.get(urns.of_reference(reference))
        if provider is None:
            raise StepFailed(f"its provider {reference} is not registered")
        return {key: value for key, value in provider.inputs.items() if key not in ("__internal", "version")}

    def _claim(self, goal: Goal) -> None:
        with self._turn:
            twice = goal.urn in self.seen
            self.seen.add(goal.urn)
        if twice:
            raise StepFailed("the program registers two resources of this type and name; give one another name")
        broken = sorted(({goal.urn} | goal.needs()) & self.failed)
        if broken:
            raise StepFailed(f"skipped, because {urns.name_of(broken[0])} failed")

    def _with_what_its_parent_hands_down(self, goal: Goal) -> Goal:
        """The SDK hands down protection and providers, and leaves this one to the engine."""
        parent = self.checkpoint.get(goal.parent)
        return replace(goal, retain_on_delete=True) if parent and parent.retain_on_delete else goal

    def _previous(self, goal: Goal) -> Resource | None:
        for alias in goal.aliases:
            if self.checkpoint.get(goal.urn) is None and self.checkpoint.get(alias) and alias not in self.seen:
                self.checkpoint.rename(alias, goal.urn)
        return self.checkpoint.get(goal.urn)

    def _note(self, goal: Goal, old: Resource | None) -> Answer:
        """Components and providers live in the checkpoint only."""
        new = goal.resource(goal.inputs, goal.secrets)
        differences = values.changed(new.inputs, old.inputs) if old else ()
        if urns.is_provider(goal.type):
            outputs = {key: value for key, value in goal.inputs.items() if key != "__internal"}
            new = with_outputs(new, old.id if old else str(uuid.uuid4()), outputs)
        elif old:
            new = replace(new, outputs=old.outputs, output_secrets=old.output_secrets)
        self.checkpoint.put(new)
        action: Action = "create" if old is None else "update" if differences else "same"
        self.reporter.done(action, goal.urn, differences)
        return self._answer(new, unknown=self.preview and old is None)

    def _deploy(self, goal: Goal, old: Resource | None) -> Answer:
        settings = self._checked_settings(goal)
        if old and old.pending_replacement:
            names, reason = self._why_gone(goal.urn)
            with self._step("replace", goal.urn, names, reason):
                return self._create(goal, settings)
        if goal.import_id and (old is None or old.id != goal.import_id):
            with self._step("import", goal.urn):
                old = self._imported(goal, settings)
        if old is None or old.external:
            with self._step("create", goal.urn):
                return self._create(goal, settings)
        old = self._as_it_may_stand(goal, old)
        inputs = paths.restored(goal.inputs, old.inputs, goal.ignore_changes)
        new = self._checked(goal, old, inputs, settings)
        change = self._change(goal, old, new, settings)
        names = tuple(sorted(change.changed))
        if change.replace:
            with self._step("replace", goal.urn, names, f"because of {', '.join(sorted(change.replace))}"):
                return self._replace(goal, old, settings, delete_first=change.delete_first)
        if names or old.init_errors:
            with self._step("update", goal.urn, names, "; ".join(old.init_errors)):
                return self._update(old, new, names, settings)
        same = with_outputs(new, old.id, old.outputs)
        self.checkpoint.put(same)
        self.reporter.done("same", goal.urn)
        return self._answer(same)

    @contextmanager
    def _step(self, action: Action, urn: str, changed: tuple[str, ...] = (), reason: str = "") -> Iterator[None]:
        if not self.preview:
            self.reporter.begin(action, urn, changed, reason)
        try:
            yield
        except (StepFailed, ProviderError) as error:
            self.reporter.failed(action, urn, str(error))
            raise Told from error
        self.reporter.done(action, urn, changed, reason)

    def _checked_settings(self, goal: Goal) -> Properties:
        if not goal.provider:
            raise StepFailed("it names no provider; pass one with ResourceOptions(provider=…), also on a parent")
        if values.has_assets(goal.inputs):
            raise StepFailed("assets and archives are not read by the embedded engine; pass the content as text")
        return self.settings(goal.provider)

    def _checked(self, goal: Goal, old: Resource | None, inputs: Properties, settings: Properties) -> Resource:
        """The new entry, with defaults and automatic names filled in."""
        checked = self.provider.check(goal.type, goal.name, old.inputs if old else None, inputs, settings)
        secrets = goal.secrets | old.input_secrets if old and goal.ignore_changes else goal.secrets
        secrets = values.with_copies(secrets, self.provider.copies)
        return goal.resource(checked, values.inherited(checked, secrets))

    def _as_it_may_stand(self, goal: Goal, old: Resource) -> Resource:
        """After an update that died, nobody knows which of its changes arrived: so each of them must differ from what
        is wanted, and is sent again or taken back."""
        old = _as_reached(old)
        begun = self.checkpoint.operation(goal.urn)
        if begun is None or begun.doing != "updating":
            return old
        tried = begun.resource.inputs
        inputs = dict(old.inputs)
        for key in values.changed(tried, old.inputs):
            if goal.inputs.get(key) == old.inputs.get(key):
                inputs.pop(key, None)
                inputs |= {key: tried[key]} if key in tried else {}
        return replace(old, inputs=inputs)

    def _change(self, goal: Goal, old: Resource, new: Resource, settings: Properties) -> Change:
        change = self.provider.diff(goal.type, old.id, old.inputs, new.inputs, settings)
        patterns = [paths.parse(text) for text in goal.replace_on_changes]
        forced = {
            name
            for name in change.changed
            for path in paths.differences(new.inputs, old.inputs, (name,))
            if any(paths.covers(pattern, path) for pattern in patterns)
        }
        delete_first = change.delete_first if goal.delete_before_replace is None else goal.delete_before_replace
        return Change(change.changed, change.replace | forced, delete_first)

    def _imported(self, goal: Goal, settings: Properties) -> Resource:
        """What the cloud has already, as it has it: an update brings about what the program wants of it."""
        if held := self.checkpoint.get(goal.urn):
            raise StepFailed(f"{goal.import_id} cannot be imported: the stack has {held.id} in its place")
        found = self.provider.read(goal.type, goal.import_id, {}, settings)
        if found is None:
            raise StepFailed(f"{goal.import_id} cannot be imported: it does not exist")
        old = with_outputs(goal.resource(found.inputs, goal.secrets), found.id, found.outputs)
        self.checkpoint.put(old)
        return old

    def _create(self, goal: Goal, settings: Properties) -> Answer:
        """The inputs are checked as the program gave them: a new resource takes no automatic name from an old one, and
        ignores no change."""
        new = self._checked(goal, None, goal.inputs, settings)
        if not self.preview:
            new = self._made(new, settings)
        self.checkpoint.supersede(new)
        return self._answer(new, unknown=self.preview)

    def _made(self, new: Resource, settings: Properties) -> Resource:
        self.checkpoint.begin("creating", new)
        try:
            made = self.provider.create(new.type, new.inputs, settings)
        except PartlyMade as part:
            self.checkpoint.supersede(_unfinished(new, part))
            if part.in_doubt:
                self.checkpoint.begin("updating", with_outputs(new, part.id, part.outputs))
            raise
        except ProviderError as error:
            self._give_up_unless_in_doubt(new.urn, error)
            raise
        return with_outputs(new, made.id, made.outputs)

    def _give_up_unless_in_doubt(self, urn: str, error: ProviderError) -> None:
        """What may have been done stays on the list: the next run looks at it as after a run that died."""
        if not error.in_doubt:
            self.checkpoint.give_up(urn)

    def _replace(self, goal: Goal, old: Resource, settings: Properties, *, delete_first: bool) -> Answer:
        if old.protect and goal.protect:
            raise StepFailed("it is protected and would have to be replaced; take `protect` away first")
        if delete_first:
            self._clear_away(old)
        return self._create(goal, settings)

    def _clear_away(self, old: Resource) -> None:
        """With whoever cannot stay without it, last ones first. They are made anew when the program comes to them."""
        with self._turn:
            unregistered = [each for each in self.checkpoint.ordered() if each.urn not in self.seen]
            leaving = dependents.replaced_with(old, unregistered, self._changed_to)
            for dependent in leaving:
                if dependent.resource.protect:
                    name = urns.name_of(dependent.resource.urn)
                    raise StepFailed(f"{name} would have to be replaced with it and is protected; take `protect` away")
            for dependent in reversed(leaving):
                self._take_away(dependent.resource)
                self._condemned[dependent.resource.urn] = dependent
        self._take_away(old)

    def _changed_to(self, resource: Resource, inputs: Properties) -> Change:
        settings = self.settings(resource.provider)
        return self.provider.diff(resource.type, resource.id, resource.inputs, inputs, settings)

    def _take_away(self, old: Resource) -> None:
        if not (self.preview or old.retain_on_delete or old.pending_replacement):
            self.delete_in_cloud(old)
        self.checkpoint.put(replace(old, pending_replacement=True))

    def _why_gone(self, urn: str) -> tuple[tuple[str, ...], str]:
        """The properties, and the reason: none for what an earlier run deleted and did not come to make anew."""
        dependent = self._condemned.get(urn)
        names = dependent.because_of if dependent else ()
        return names, f"because of {', '.join(names)}" if names else ""

    def delete_in_cloud(self, old: Resource) -> None:
        """For one that was replaced, its entry in the state is intention enough."""
        settings = self.settings(old.provider)
        if not old.delete:
            self.checkpoint.begin("deleting", old)
        try:
            self.provider.delete(old.type, old.id, old.inputs, old.outputs, settings)
        except ProviderError as error:
            if not old.delete:
                self._give_up_unless_in_doubt(old.urn, error)
            raise

    def _update(self, old: Resource, new: Resource, changed: tuple[str, ...], settings: Properties) -> Answer:
        if self.preview:
            planned = {**old.outputs, **{key: new.inputs[key] for key in changed if key in new.inputs}}
            updated = with_outputs(new, old.id, planned)
        else:
            updated = self._updated(old, new, settings)
        self.checkpoint.put(updated)
        return self._answer(updated)

    def _updated(self, old: Resource, new: Resource, settings: Properties) -> Resource:
        self.checkpoint.begin("updating", with_outputs(new, old.id, old.outputs))
        try:
            outputs = self.provider.update(new.type, old.id, old.inputs, old.outputs, new.inputs, settings)
        except PartlyMade as part:
            if not part.in_doubt:
                self.checkpoint.put(_unfinished(new, part))
            raise
        except ProviderError as error:
            self._give_up_unless_in_doubt(new.urn, error)
            raise
        return with_outputs(new, old.id, outputs)

    def _answer(self, resource: Resource, *, unknown: bool = False) -> Answer:
        """What is to be made has no id yet, and of its outputs only those that are inputs. What a component says of
        itself comes later, from the program."""
        if not resource.custom:
            return Answer("", {}, values.NO_SECRETS)
        if unknown:
            return Answer("", resource.inputs, resource.input_secrets)
        return Answer(resource.id, resource.outputs, resource.output_secrets)


def _as_reached(resource: Resource) -> Resource:
    """What the real CLI left partly made, as this engine would have left it."""
    if REACHED not in resource.outputs:
        return resource
    reached = resource.outputs[REACHED]
    outputs = {key: value for key, value in resource.outputs.items() if key != REACHED}
    hidden = frozenset(path for path in resource.output_secrets if path[0] != REACHED)
    secrets = values.inherited(reached, resource.input_secrets)
    return replace(resource, inputs=reached, input_secrets=secrets, outputs=outputs, output_secrets=hidden)


def _unfinished(resource: Resource, part: PartlyMade) -> Resource:
    """With the inputs it reached, so that the next diff finishes it; the error makes it an update in any case."""
    reached = replace(resource, inputs=part.inputs, input_secrets=values.inherited(part.inputs, resource.input_secrets))
    return replace(with_outputs(reached, part.id, part.outputs), init_errors=(part.reason,))


def with_outputs(resource: Resource, id: str, outputs: Mapping[str, Any]) -> Resource:
    """An output is secret where the input was, or where the program says so."""
    named = {(name,) for name in resource.additional_secret_outputs}
    secrets = values.inherited(outputs, resource.input_secrets | named)
    return replace(resource, id=id, outputs=outputs, output_secrets=secrets)
