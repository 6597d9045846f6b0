"""Provisions a service from a page, where the portal may: ``slipway up`` as a child process, one at a time for each
service. Everywhere else the page says what somebody has to run."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from portal.child_runs import AlreadyRunning, ChildRun, ChildRuns
from portal.settings import ENVIRONMENT, SERVICE
from portal.text.language import _
from runtime.aws.errors import Conflict
from service_catalog import naming

_DESTROYS = "retirement"
"""Of a run that takes away a service that left the catalog"""


class AlreadyProvisioning(Conflict):
    """One run at a time for each service."""


class Provisioning:
    def __init__(
        self, run_directory: Path, command: Sequence[str], environments: Collection[str], now: Callable[[], datetime]
    ):
        self._runs = ChildRuns(run_directory / "provisioning", now)
        self._command = tuple(command)
        self._environments = frozenset(environments)

    def may(self, environment: str) -> bool:
        return environment in self._environments

    def start(self, environment: str, service: str) -> None:
        """Raises AlreadyProvisioning."""
        self._start(environment, service)

    def retire(self, environment: str, service: str) -> None:
        """Destroys a service that left the catalog. Raises AlreadyProvisioning."""
        self._start(environment, service, ["--yes"], _DESTROYS)

    def run(self, environment: str, service: str) -> ChildRun | None:
        """The newest; None if there never was one."""
        return self._runs.run(naming.stack(environment, service))

    def wait(self, environment: str, service: str) -> None:
        """Until the newest run has ended and its end is written down."""
        self._runs.wait(naming.stack(environment, service))

    def close(self) -> None:
        self._runs.close()

    def _start(self, environment: str, service: str, options: Sequence[str] = (), about: str = "") -> None:
        words = {ENVIRONMENT: environment, SERVICE: service}
        command = [*(words.get(word, word) for word in self._command), *options]
        try:
            self._runs.start(naming.stack(environment, service), command, about)
        except AlreadyRunning:
            raise AlreadyProvisioning(_("%(name)s is being provisioned already", name=service)) from None


def is_retirement(run: ChildRun) -> bool:
    return run.about == _DESTROYS
