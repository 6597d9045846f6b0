"""One run of one stack, from its lock to its result: preview and up, destroy, refresh."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext

from local_cloud.engine import collector, notes, urns
from local_cloud.engine.backend import Backend
from local_cloud.engine.deployment import Deployment
from local_cloud.engine.events import OnEvent, Reporter, Result, unheard
from local_cloud.engine.monitor import EngineLog, Monitor
from local_cloud.engine.program import Program, run_isolated, told
from local_cloud.engine.provider import Provider
from local_cloud.engine.prune import prune, retire
from local_cloud.engine.recovery import recover
from local_cloud.engine.refresh import read_all
from local_cloud.engine.state import Resource


def run(
    program: Program,
    *,
    stack: str,
    backend: Backend,
    provider: Provider,
    preview: bool = False,
    config: Mapping[str, str] | None = None,
    on_event: OnEvent = unheard,
) -> Result:
    """Makes the stack what the program says. A preview only tells what would be done, and takes no lock.

    What fails is told in the result and the rest goes on, but nothing is deleted by a run in which something failed:
    what was skipped may still use it.
    Raises StackLocked, UnreadableState, WrongPassphrase.
    """

    def work(deployment: Deployment) -> None:
        recover(deployment)
        retire(deployment)
        monitor = Monitor(deployment, backend, stack)
        with collector.at_rest():
            _run_program(program, monitor, deployment, config or {})
        notes.exports(deployment, monitor.stack_urn, monitor.exports, monitor.secret_exports)
        if not deployment.reporter.failures:
            prune(deployment, _unwanted(deployment))

    return _carry_out(work, stack, backend, provider, on_event, preview=preview)


def destroy(
    *, stack: str, backend: Backend, provider: Provider, preview: bool = False, on_event: OnEvent = unheard
) -> Result:
    """Deletes everything the stack holds, or nothing when some of it is protected. The stack itself stays, empty."""

    def work(deployment: Deployment) -> None:
        recover(deployment)
        protected = [resource for resource in deployment.checkpoint.live() if resource.protect]
        for resource in protected:
            deployment.reporter.failed("delete", resource.urn, "it is protected; take `protect` away and run once more")
        if not protected:
            prune(deployment, [*deployment.checkpoint.live(), *deployment.checkpoint.doomed()])

    return _carry_out(work, stack, backend, provider, on_event, preview=preview)


def refresh(*, stack: str, backend: Backend, provider: Provider, on_event: OnEvent = unheard) -> Result:
    """Takes into the state what the cloud says now, and forgets what is gone there."""

    def work(deployment: Deployment) -> None:
        recover(deployment)
        read_all(deployment)

    return _carry_out(work, stack, backend, provider, on_event, preview=False)


def _carry_out(
    work: Callable[[Deployment], None],
    stack: str,
    backend: Backend,
    provider: Provider,
    on_event: OnEvent,
    *,
    preview: bool,
) -> Result:
    began = time.monotonic()
    reporter = Reporter(on_event)
    with nullcontext() if preview else backend.lock(stack):
        deployment = Deployment(backend.load(stack, keep=not preview), provider, reporter, preview=preview)
        work(deployment)
    root = next((each for each in deployment.checkpoint.live() if each.type == urns.STACK_TYPE), None)
    return Result(
        counts=dict(reporter.counts),
        outputs=dict(root.outputs) if root else {},
        secret_outputs=frozenset(str(path[0]) for path in root.output_secrets) if root else frozenset(),
        failures=reporter.failures,
        warnings=reporter.warnings,
        seconds=time.monotonic() - began,
    )


def _run_program(program: Program, monitor: Monitor, deployment: Deployment, config: Mapping[str, str]) -> None:
    try:
        run_isolated(
            program,
            world=monitor.world,
            monitor=monitor,
            engine=EngineLog(deployment.reporter),
            preview=deployment.preview,
            config=config,
        )
    except Exception as error:
        deployment.reporter.fail(told(error))


def _unwanted(deployment: Deployment) -> list[Resource]:
    checkpoint = deployment.checkpoint
    unseen = [resource for resource in checkpoint.live() if resource.urn not in deployment.seen]
    return [*unseen, *checkpoint.doomed()]
