"""The embedded engine in the shape that ``deploy`` asks for: several stacks in this one process, side by side."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.options import REPOSITORY
from deploy.engine import Changes, EngineRefused, OnStep
from deploy.progress import Step
from local_cloud import engine
from local_cloud.aws import Access, AwsProvider
from local_cloud.aws.cloud import Cloud
from local_cloud.cloud import ACCOUNT_ID, PASSPHRASE, SECRET, LocalCloud, NotRunning
from local_cloud.engine.provider import Provider
from local_cloud.serial import HeldSerial, lost
from service_catalog import naming

_PROGRAM = REPOSITORY / "infra"
_REFUSALS = (engine.StackLocked, engine.UnreadableState, engine.WrongPassphrase, engine.NoSuchStack, NotRunning)


class EmbeddedEngine:
    """Any program over any provider."""

    def __init__(self, program: engine.Program, backend: engine.Backend, provider: Provider):
        self._program, self._backend, self._provider = program, backend, provider

    def stacks(self) -> frozenset[str]:
        return frozenset(self._backend.stacks())

    def preview(self, stack: str) -> Changes:
        return self._told(stack, lambda hear: self._run(stack, hear, preview=True), _unheard)

    def up(self, stack: str, on_step: OnStep) -> Changes:
        return self._told(stack, lambda hear: self._run(stack, hear), on_step)

    def refresh(self, stack: str, on_step: OnStep) -> Changes:
        return self._told(
            stack,
            lambda hear: engine.refresh(stack=stack, backend=self._backend, provider=self._provider, on_event=hear),
            on_step,
        )

    def destroy(self, stack: str, on_step: OnStep) -> Changes:
        def work(hear: engine.OnEvent) -> engine.Result:
            return engine.destroy(stack=stack, backend=self._backend, provider=self._provider, on_event=hear)

        changes = self._told(stack, work, on_step)
        if changes.ok:
            with _refused():
                self._backend.remove(stack)
        return changes

    def protected(self, stack: str) -> tuple[str, ...]:
        with _refused():
            return self._backend.protected(stack)

    def cancel(self) -> bool:
        """Every step is written down before it is taken, and a lock ends with its process."""
        return False

    def _run(self, stack: str, hear: engine.OnEvent, preview: bool = False) -> engine.Result:
        return engine.run(
            self._program, stack=stack, backend=self._backend, provider=self._provider, preview=preview, on_event=hear
        )

    def _told(self, stack: str, work: Callable[[engine.OnEvent], engine.Result], on_step: OnStep) -> Changes:
        steps: list[Step] = []

        def hear(event: engine.Event) -> None:
            if event.action == "delete-replaced" and event.state != "failed":
                return  # the replacement is one step
            action = event.action.removesuffix("-replaced")
            step = Step(stack, action, event.type, event.name, event.state, event.changed, event.reason)
            if event.state == "done":
                steps.append(step)
            on_step(step)

        with _refused():
            result = work(hear)
        return Changes(stack, tuple(steps), tuple(result.failures), result.seconds)


class LocalEngine(EmbeddedEngine):
    """The platform's program over the local cloud. Raises EngineRefused when that does not run."""

    def __init__(self, cloud: LocalCloud, region: str):
        with _refused():
            where = access(cloud, region)
        self._held = HeldSerial(Cloud(where, region).client("ssm"))
        state = cloud.state / "pulumi"
        backend = engine.Backend(state, naming.PROJECT, passphrase=PASSPHRASE, announce=self._held.remember)
        super().__init__(_PROGRAM, backend, AwsProvider(where))

    def lost(self) -> str:
        """What to tell when the emulator forgot what was done to it; empty when all is well."""
        return lost(self._backend.serial(), self._held.read())

    def trust(self) -> None:
        """From now on the emulator counts as knowing what the state says: after everything was refreshed."""
        self._held.remember(self._backend.serial())


def access(cloud: LocalCloud, region: str) -> Access:
    """Raises NotRunning."""
    addresses = cloud.addresses
    return Access(region, ACCOUNT_ID, SECRET, addresses.endpoint_url, addresses.endpoints)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except _REFUSALS as error:
        raise EngineRefused(str(error)) from error


def _unheard(step: Step) -> None:
    """A preview's steps are its result."""
