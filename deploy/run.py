"""Settings and engine of one command, and how it works on many stacks at once."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event, Semaphore
from types import MappingProxyType

from deploy import files_left
from deploy.engine import Changes, Engine, EngineRefused
from deploy.plan import Item
from deploy.progress import OnEvent, Phase, PhaseName
from deploy.results import Result, in_words
from deploy.unconfirmed import unconfirmed
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from service_catalog.catalog import Catalog
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service

MayDestroy = Callable[[Sequence[Item]], bool]
"""Called once, with everything that would be destroyed."""

MAX_CONCURRENT_SERVICES = 32
"""Services worked on at once. Only some are with the engine; the others are being released and watched."""

_BETWEEN_LOOKS = 0.2
"""Seconds until an interruption is shown"""

_NOBODY: Mapping[str, Iterable[str]] = MappingProxyType({})
_NOT_BEGUN = say("not begun")
_ENDING = say("nothing new is started; what is in progress ends first (Ctrl-C again cancels it)")
_BREAKING_OFF = say("cancelling: the engine finishes the resources that it is working on")


class Interrupted(Exception):
    """Somebody asked to stop. The text says what became of the stack: not begun, or it goes on without us."""


class NotBegun(Interrupted):
    """The engine was not asked for anything."""


@dataclass(frozen=True)
class Run:
    catalog: Catalog
    environment: Environment
    engine: Engine
    gateways: Gateways
    on_event: OnEvent
    who: str
    retry: bool = False
    """Try again what was rolled back before, start what was stopped, put back what was changed outside"""
    env_from: Mapping[str, str] = field(default_factory=dict)
    """For a new env file, the file it starts as a copy of; "" starts it empty"""
    delete_messages: bool = False
    """Delete a queue that the catalog no longer asks for, whatever is in it"""
    first_release: Callable[[Service], ReleaseRequest | None] = lambda service: None
    """Of a service that never ran and pins no image; None leaves it to people"""
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    refresh_first: bool = False
    """Look at every resource in AWS, whatever the records say"""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    slots: Semaphore = field(default_factory=lambda: Semaphore(4))
    """How many stacks the engine has at once"""
    interrupted: Event = field(default_factory=Event)
    """Somebody asked to stop: nothing new begins"""
    cancelled: Event = field(default_factory=Event)
    """Asked a second time: the engine cancels what it is doing"""
    at_work: Event = field(default_factory=Event)
    """Stacks are being worked on, so an interruption waits for them"""

    def say(self, stack: str, phase: PhaseName, text: str) -> None:
        self.on_event(Phase(stack, phase, text))

    def provision(self, item: Item) -> Changes:
        if item.refresh and not (looked := self.refresh(item)).ok:
            return looked
        return self._with_engine(item, self.engine.up, "provisioning", "provisioned")

    def refresh(self, item: Item) -> Changes:
        """The engine's state follows what AWS has."""
        return self._with_engine(item, self.engine.refresh, "refreshing", "refreshed")

    def destroy(self, item: Item) -> Result:
        stays = self._stays(item.service) if item.service else ()
        changes = self._with_engine(item, self.engine.destroy, "destroying", "destroyed")
        result = result_of(item, changes, "destroyed")
        return replace(result, details=(*result.details, *stays))

    def _stays(self, service: str) -> tuple[Message, ...]:
        """Read beforehand: what is known of a service goes with it."""
        try:
            return tuple(files_left.sentences(self.gateways.provisioned.read(service), None))
        except GatewayError:
            return ()

    def _with_engine(
        self, item: Item, work: Callable[[str, OnEvent], Changes], doing: PhaseName, done: PhaseName
    ) -> Changes:
        """A stack that the engine refuses (somebody else runs it) is a failure of that stack, not of the others."""
        with self.slot():
            self.say(item.stack, doing, item.why)
            try:
                changes = work(item.stack, self.on_event)
            except EngineRefused as refused:
                changes = Changes(item.stack, failures=(str(refused),), refused=True)
        self.say(item.stack, done, counted(changes))
        if self.cancelled.is_set() and not changes.ok:
            raise Interrupted(say("cancelled half-way (%(counts)s); the next run continues", counts=counted(changes)))
        return changes

    @contextmanager
    def slot(self) -> Iterator[None]:
        """A place at the engine. Raises NotBegun: who waited for one while somebody asked to stop begins nothing."""
        with self.slots:
            if self.interrupted.is_set():
                raise NotBegun(_NOT_BEGUN)
            yield

    def interrupt(self) -> bool:
        """Called on Ctrl-C. False if nothing is being worked on, so the process may end at once."""
        if not self.at_work.is_set():
            return False
        if not self.interrupted.is_set():
            self.interrupted.set()
            return True
        self.cancelled.set()
        return self.engine.cancel()

    def rest(self, seconds: float) -> None:
        """Between two looks at something that goes on in AWS. Raises Interrupted."""
        if self.interrupted.is_set():
            raise Interrupted
        self.sleep(seconds)

    def each(
        self, work: Callable[[Item], Result], items: Iterable[Item], after: Mapping[str, Iterable[str]] = _NOBODY
    ) -> list[Result]:
        """In the order of ``items``, done in parallel, but each after those stacks in front of it that ``after`` names.

        After an interruption nothing new begins, the engine finishes what it has, and releases are left to ECS.
        """
        todo, done = list(items), dict[str, Result]()
        over = {item.stack: Event() for item in todo}

        def work_on(item: Item) -> None:
            try:
                for stack in after.get(item.stack, ()):
                    over[stack].wait()
                if self.interrupted.is_set():
                    raise NotBegun(_NOT_BEGUN)
                done[item.stack] = work(item)
            except Interrupted as left:
                done[item.stack] = Result(item.stack, "interrupted", item.why, str(left))
            finally:
                over[item.stack].set()

        self.at_work.set()
        try:
            with ThreadPoolExecutor(MAX_CONCURRENT_SERVICES, "stack") as pool:
                begun = [pool.submit(work_on, item) for item in todo]
                self._tell_of_interruptions(lambda: bool(wait(begun, _BETWEEN_LOOKS).not_done))
        finally:
            self.at_work.clear()
        for each in begun:
            each.result()
        return [done[item.stack] for item in todo]

    def _tell_of_interruptions(self, goes_on: Callable[[], bool]) -> None:
        """Not printed by the signal handler, which may run in the middle of a line."""
        untold = [(self.interrupted, _ENDING), (self.cancelled, _BREAKING_OFF)]
        going = True
        while going:
            going = goes_on()
            for asked, said in [each for each in untold if each[0].is_set()]:
                self.say(self.environment.name, "interrupted", said)
                untold.remove((asked, said))


def result_of(item: Item, changes: Changes, ended: str) -> Result:
    """Of a stack that went through the engine and has nothing more to do."""
    notes = (*changes.notes, *unconfirmed(changes))
    if changes.ok:
        return Result(item.stack, "done", item.why, ended, changes.counts, changes.seconds, details=notes)
    said, counts, details = first_of(changes.failures), changes.counts, changes.failures + notes
    return Result(item.stack, "failed", item.why, said, counts, changes.seconds, details=details)


def provisioned(item: Item, changes: Changes) -> Message:
    """Of a stack for which Pulumi was all that there was to do."""
    if item.refresh and not changes.counts:
        return say("every resource is as the catalog says")
    return say("provisioned")


def first_of(failures: Sequence[str]) -> str:
    more = len(failures) - 1
    return failures[0] + (f" (and {more} more)" if more else "")


def counted(changes: Changes) -> str:
    """``12 created, 1 updated in 3.4 s``"""
    failed = f", {len(changes.failures)} failed" if changes.failures else ""
    return f"{in_words(changes.counts) or 'no resource changed'}{failed} in {changes.seconds:.1f} s"
