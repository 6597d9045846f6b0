"""What one command works with, and how it goes through many stacks at once."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Semaphore

from deploy.engine import Changes, Engine, EngineRefused
from deploy.plan import Item
from deploy.progress import OnEvent, Phase, PhaseName
from deploy.results import Result, in_words
from runtime.gateways import Gateways
from service_catalog.catalog import Catalog
from service_catalog.model import Environment

MayDestroy = Callable[[Sequence[Item]], bool]
"""Asked once, with everything that would go."""

_IN_THE_AIR = 32
"""Services worked on at once. Only some are with the engine; the others are being released and watched."""


class Interrupted(Exception):
    """Somebody asked to stop, and what is waited for goes on without us."""


@dataclass(frozen=True)
class Run:
    catalog: Catalog
    environment: Environment
    engine: Engine
    gateways: Gateways
    on_event: OnEvent
    who: str
    retry: bool = False
    """Try again what was rolled back before"""
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    slots: Semaphore = field(default_factory=lambda: Semaphore(4))
    """How many stacks the engine has at once"""
    interrupted: Event = field(default_factory=Event)

    def say(self, stack: str, phase: PhaseName, text: str) -> None:
        self.on_event(Phase(stack, phase, text))

    def provision(self, item: Item) -> Changes:
        return self._with_engine(item, self.engine.up, "provisioning", "provisioned")

    def destroy(self, item: Item) -> Result:
        changes = self._with_engine(item, self.engine.destroy, "destroying", "destroyed")
        return result_of(item, changes, "destroyed")

    def _with_engine(
        self, item: Item, work: Callable[[str, OnEvent], Changes], doing: PhaseName, done: PhaseName
    ) -> Changes:
        """A stack that the engine refuses (somebody else runs it) is a failure of that stack, not of the others."""
        with self.slots:
            self.say(item.stack, doing, item.why)
            try:
                changes = work(item.stack, self.on_event)
            except EngineRefused as refused:
                changes = Changes(item.stack, failures=(str(refused),))
        self.say(item.stack, done, counted(changes))
        return changes

    def rest(self, seconds: float) -> None:
        """Between two looks at something that goes on in AWS. Raises Interrupted."""
        if self.interrupted.is_set():
            raise Interrupted
        self.sleep(seconds)

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """In the order of ``items``, done in parallel.

        Ctrl-C begins nothing new, lets the engine finish the stacks that it has, and leaves releases to ECS.
        """
        todo = list(items)
        if not todo:
            return []
        done: dict[str, Result] = {}

        def carry_out(item: Item) -> None:
            if not self.interrupted.is_set():
                done[item.stack] = work(item)

        begun: list[Future[None]] = []
        with ThreadPoolExecutor(min(_IN_THE_AIR, len(todo)), "stack") as pool:
            try:
                begun = [pool.submit(carry_out, item) for item in todo]
                while wait(begun, timeout=1).not_done:  # a signal that comes right before a wait does not end it
                    pass
            except KeyboardInterrupt:
                self.interrupted.set()
                self.say(self.environment.name, "interrupted", "nothing new is begun; what is under way ends first")
        # Leaving the pool has waited for all of them.
        for each in begun:
            each.result()
        return [done.get(item.stack) or Result(item.stack, "interrupted", item.why, "not begun") for item in todo]


def result_of(item: Item, changes: Changes, ended: str) -> Result:
    """Of a stack that went through the engine and has nothing more to do."""
    if changes.ok:
        return Result(item.stack, "done", item.why, ended, changes.counts, changes.seconds)
    said, counts = first_of(changes.failures), changes.counts
    return Result(item.stack, "failed", item.why, said, counts, changes.seconds, details=changes.failures)


def first_of(failures: Sequence[str]) -> str:
    more = len(failures) - 1
    return failures[0] + (f" (and {more} more)" if more else "")


def counted(changes: Changes) -> str:
    """``12 created, 1 updated in 3.4 s``"""
    failed = f", {len(changes.failures)} failed" if changes.failures else ""
    return f"{in_words(changes.counts) or 'no resource changed'}{failed} in {changes.seconds:.1f} s"
