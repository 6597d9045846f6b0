"""Starts, watches and ends the processes that stand for containers. Knows neither AWS nor HTTP APIs.

A start is held until the program is ready (its checks pass, or its port accepts), as nothing would wait for it else.
Containers of one task share an address; when an essential one ends, the others are stopped.
"""

import secrets
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from local_cloud.tasks import log_driver
from local_cloud.tasks.addresses import Addresses, Endpoint
from local_cloud.tasks.backoff import Backoff
from local_cloud.tasks.container import Container, Wanted
from local_cloud.tasks.groups import Groups
from local_cloud.tasks.health import Check
from local_cloud.tasks.volumes import Volumes

READY_SECONDS = 8.0
"""A start is held no longer than this by a port that does not open."""
REMEMBERED_SECONDS = 60.0
"""An ended container can be asked about for so long."""


class Runtime:
    def __init__(
        self,
        state: Path,
        on_health: Callable[[Container], None] = lambda container: None,
        sleep: Callable[[float], None] = time.sleep,
        addresses: Addresses | None = None,
    ):
        self._groups = Groups(state)
        self.addresses = addresses or Addresses(state)
        self.volumes = Volumes(state)
        self.backoff = Backoff()
        self._on_health = on_health
        self._sleep = sleep
        self._containers: dict[str, Container] = {}
        self._ending: set[str] = set()
        """Tasks whose last containers are about to end; others may be between two of theirs."""
        self._lock = threading.Lock()
        self._closing = False

    @property
    def guard_pid(self) -> int:
        return self._groups.guard_pid

    def containers(self) -> list[Container]:
        with self._lock:
            return list(self._containers.values())

    def find(self, identity: str) -> Container | None:
        with self._lock:
            return self._containers.get(identity)

    def start(self, wanted: Wanted) -> Container:
        """Returns when the program is ready, has ended, or has been given up by its checks; when others wait for its
        end, then."""
        self._forget_ended()
        container = self._spawn(wanted)
        self._in_background(container.read_output, "output", container)
        if wanted.log_router_port:
            self._in_background(lambda: log_driver.hand_over(container), "log driver", container)
        self._in_background(lambda: self._see_end(container, time.monotonic()), "end", container)
        self._hold(container)
        for check in wanted.checks if container.is_running else ():
            self._in_background(partial(self._until_failure, container, check), "health", container)
        if wanted.awaited & {"COMPLETE", "SUCCESS"}:
            container.wait()
        return container

    def forget(self, container: Container) -> None:
        """It is not asked about any more. Ends it if it still runs."""
        with self._lock:
            self._containers.pop(container.id, None)
        container.kill()

    def close(self) -> None:
        """Ends every process: SIGTERM, a moment, SIGKILL."""
        with self._lock:
            self._closing = True
        left = self.containers()
        for container in left:
            container.stop(timeout_seconds=2)
        for container in left:
            container.wait(3)
        self._groups.close()

    # --- within ---

    def _spawn(self, wanted: Wanted) -> Container:
        address = self.addresses.of(wanted.task, wanted.port)
        container = Container(secrets.token_hex(32), wanted, address, self._listener(wanted, address))
        with self._lock:
            if self._closing:
                raise RuntimeError("the local cloud is being stopped")
            container.spawn()
            self._containers[container.id] = container
        self._groups.add(container.pid)
        return container

    def _listener(self, wanted: Wanted, address: str) -> Endpoint | None:
        if wanted.port is None:
            return None
        if wanted.published:
            return self.addresses.publish(address, wanted.port, *wanted.published)
        return self.addresses.stand_in(address, wanted.port)

    def _see_end(self, container: Container, began: float) -> None:
        container.await_end()
        self._groups.remove(container.pid)
        if container.exit_code != 0:
            self.backoff.ended(container.wanted.revision, time.monotonic() - began)
        task = container.wanted.task
        siblings = [other for other in self.containers() if other.wanted.task == task]
        if container.wanted.essential:
            for sibling in siblings:
                sibling.stop(timeout_seconds=5)
        if container.wanted.essential or container.is_told_to_end:
            self._ending.add(task)
        if task in self._ending and not any(sibling.is_running for sibling in siblings):
            self._ending.discard(task)
            self.addresses.release(task)
            self.volumes.release(task)

    def _hold(self, container: Container) -> None:
        for check in container.wanted.checks:
            passed = check.await_verdict(container.endpoint(check.port), lambda: container.is_running, self._sleep)
            self._decide(container, check, passed)
        if not container.wanted.checks and container.wanted.port:
            deadline = time.monotonic() + READY_SECONDS
            while container.is_running and time.monotonic() < deadline and not self._accepts(container):
                self._sleep(0.02)

    def _until_failure(self, container: Container, check: Check) -> None:
        if check.await_failure(container.endpoint(check.port), lambda: container.is_running, self._sleep):
            self._decide(container, check, False)

    def _decide(self, container: Container, check: Check, passed: bool) -> None:
        if check.is_containers_own:
            container.is_healthy = passed
            self._on_health(container)
        if not passed and container.is_running:
            if not check.is_containers_own:
                container.last_event = check.event(container.endpoint(check.port))
            container.kill(check.failure)
            container.wait(1)

    def _accepts(self, container: Container) -> bool:
        assert container.wanted.port is not None
        try:
            socket.create_connection(container.endpoint(container.wanted.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _forget_ended(self) -> None:
        for container in self.containers():
            if container.ended_at and time.monotonic() - container.ended_at > REMEMBERED_SECONDS:
                self.forget(container)

    def _in_background(self, work: Callable[[], None], what: str, container: Container) -> None:
        threading.Thread(target=work, daemon=True, name=f"{what}-{container.id[:8]}").start()
