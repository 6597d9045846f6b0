"""One question asked of a running program again and again: does this path answer well?"""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass

from local_cloud.tasks.addresses import Endpoint


@dataclass(frozen=True)
class Check:
    """A health check of a container or of a target group. Both are asked by HTTP; no command of a definition is run."""

    port: int
    path: str
    codes: frozenset[int]
    failure: str
    """What ECS says of a task that this check ended."""
    interval_seconds: float = 5
    timeout_seconds: float = 2
    retries: int = 3
    grace_seconds: float = 1
    starting_interval_seconds: float = 0.15
    """How often it is asked until the first success: what ECS has minutes for is decided in moments here."""
    patience_seconds: float = 8
    """How long a program may take until it answers at all: a busy machine is no unhealthy program."""
    is_containers_own: bool = False
    """Decides the ``healthStatus`` that ECS shows; a target group's check does not."""

    def ask(self, endpoint: Endpoint) -> bool | None:
        """Whether it answered well; None when it did not answer."""
        status = self._status(endpoint)
        return None if status is None else status in self.codes

    def event(self, endpoint: Endpoint) -> str:
        """What an event of the service says of a target that is unhealthy."""
        status = self._status(endpoint)
        reason = f"Health checks failed with these codes: [{status}]" if status else "Request timed out"
        return f"(port {self.port}) is unhealthy in {self.failure.partition(' in ')[2]} due to (reason {reason})"

    def _status(self, endpoint: Endpoint) -> int | None:
        connection = http.client.HTTPConnection(*endpoint, timeout=self.timeout_seconds)
        try:
            connection.request("GET", self.path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def await_verdict(self, endpoint: Endpoint, is_running: Callable[[], bool], sleep: Callable[[float], None]) -> bool:
        """True on the first success; False after ``retries`` failures past the grace time, or when it ended."""
        began = time.monotonic()
        failures = 0
        while is_running():
            answer = self.ask(endpoint)
            if answer:
                return True
            spared_seconds = self.patience_seconds if answer is None else self.grace_seconds
            failures += time.monotonic() - began >= spared_seconds
            if failures >= self.retries:
                return False
            sleep(self.starting_interval_seconds)
        return False

    def await_failure(self, endpoint: Endpoint, is_running: Callable[[], bool], sleep: Callable[[float], None]) -> bool:
        """True after ``retries`` failures in a row; False when it ended by itself."""
        failures = 0
        while failures < self.retries:
            sleep(self.interval_seconds if failures == 0 else self.starting_interval_seconds)
            if not is_running():
                return False
            failures = 0 if self.ask(endpoint) else failures + 1
        return is_running()
