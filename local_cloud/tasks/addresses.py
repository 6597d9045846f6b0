"""A loopback address for each task, as awsvpc gives each its own network interface.

So every task may listen on the port that its definition says. All of 127/8 answers on Linux without any set-up; the
second number comes from the state directory, so that two local clouds on one machine keep out of each other's way.
macOS answers at 127.0.0.1 only: there a task still has an address of its own for ECS and for load balancers, but its
program listens on a free port of 127.0.0.1, and whoever connects asks here where that is.

A task of network mode bridge has no network of its own in AWS: its program listens at the address of its instance, on
the port that ECS chose.
"""

import hashlib
import itertools
import socket
import threading
from pathlib import Path

Endpoint = tuple[str, int]


class Addresses:
    def __init__(self, state: Path, are_real: bool | None = None):
        """``are_real``: whether programs can listen on them; found out when not said."""
        self._second = 2 + hashlib.sha256(str(state).encode()).digest()[0] % 250
        self._numbers = itertools.cycle(range(1, 250 * 250))
        self._are_real = _is_free(f"127.{self._second}.0.1", 0) if are_real is None else are_real
        self._by_task: dict[str, str] = {}
        self._stand_ins: dict[Endpoint, Endpoint] = {}
        self._published: dict[Endpoint, Endpoint] = {}
        self._lock = threading.Lock()

    def of(self, task: str, port: int | None) -> str:
        """The same for every container of a task; ``port`` is free on a new one."""
        with self._lock:
            if task not in self._by_task:
                self._by_task[task] = self._next_free(port or 0)
            return self._by_task[task]

    def listener(self, address: str, port: int) -> Endpoint:
        """Where the program of the task at ``address`` listens for ``port``; as asked when nothing else is known."""
        return self._stand_ins.get((address, port), (address, port))

    def stand_in(self, address: str, port: int) -> Endpoint:
        """Where the program shall listen: at the task's own address if it can."""
        with self._lock:
            if not self._are_real and (address, port) not in self._stand_ins:
                self._stand_ins[address, port] = ("127.0.0.1", _free_port())
        return self.listener(address, port)

    def publish(self, address: str, port: int, instance: str, host_port: int) -> Endpoint:
        """Where the program of a task without a network of its own shall listen: at its instance, which has an address
        too, and there at ``host_port``."""
        host = self.of(instance, None)
        with self._lock:
            where = (host, host_port) if self._are_real else ("127.0.0.1", _free_port())
            self._published[address, port] = instance, host_port
            self._stand_ins[address, port] = self._stand_ins[instance, host_port] = where
        return where

    def published(self, address: str, port: int) -> Endpoint | None:
        """Instance and port at which a task is reached that has no network of its own."""
        return self._published.get((address, port))

    def release(self, task: str) -> None:
        with self._lock:
            address = self._by_task.pop(task, None)
            for endpoint in [endpoint for endpoint in self._stand_ins if endpoint[0] == address]:
                del self._stand_ins[endpoint]
                if at_instance := self._published.pop(endpoint, None):
                    del self._stand_ins[at_instance]

    def _next_free(self, port: int) -> str:
        taken = set(self._by_task.values())
        for number in itertools.islice(self._numbers, 1000):
            address = f"127.{self._second}.{number // 250}.{number % 250 + 1}"
            if address not in taken and (not self._are_real or _is_free(address, port)):
                return address
        raise OSError(f"no address in 127.{self._second}.0.0/16 lets port {port} be opened")


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
