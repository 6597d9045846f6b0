"""One process that stands for a container: what it shall be, and what it became."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from local_cloud.tasks.addresses import Endpoint
from local_cloud.tasks.health import Check
from local_cloud.tasks.images import Found
from local_cloud.tasks.output import Output
from local_cloud.tasks.volumes import Mount, variable


@dataclass(frozen=True)
class Wanted:
    """What is needed to start one container of a task. ``env`` holds secrets: it goes to the process alone."""

    name: str
    task: str
    revision: str
    """What shares a back-off when it keeps failing."""
    image: Found
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    arguments: tuple[str, ...] = ()
    """Of the image's program, which takes them as words: they never replace it."""
    working_directory: str = "/"
    stop_seconds: float | None = None
    """How long it may take to end after SIGTERM; None leaves that to whoever stops it."""
    port: int | None = None
    published: tuple[str, int] | None = None
    """Instance and port at which ``port`` is reached, of a task without a network of its own"""
    essential: bool = True
    awaited: frozenset[str] = frozenset()
    """Conditions on which others of its task wait for it: START, HEALTHY, COMPLETE, SUCCESS"""
    checks: tuple[Check, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    log_router_port: int | None = None
    """Of another container of its task, which is handed its lines"""
    notes: tuple[str, ...] = ()
    """What of its definition has no effect here: the first lines of its log."""


class Container:
    def __init__(self, identity: str, wanted: Wanted, address: str, listener: Endpoint | None = None):
        self.id = identity
        self.wanted = wanted
        self.address = address
        self._listener = listener
        self.output = Output()
        self.exit_code: int | None = None
        self.ended_at: float | None = None
        self.why_ended = ""
        """Set when we ended it for a reason of ECS's; empty when it ended by itself or was asked to."""
        self.last_event = ""
        """What the service's events say of it, when its load balancer's check made us end it."""
        self.is_healthy: bool | None = None
        """As its own health check says; None while that has not been decided, or when it has none."""
        self.is_told_to_end = False
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and not self._ended.is_set()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def endpoint(self, port: int) -> Endpoint:
        """Where the task's ``port`` is reached."""
        return self._listener if self._listener and port == self.wanted.port else (self.address, port)

    @property
    def why_others_cannot_start(self) -> str:
        """Empty when nobody waits for it, or in vain."""
        name, awaited = self.wanted.name, self.wanted.awaited
        if "SUCCESS" in awaited and self.exit_code:
            return f"container {name}, whose success others wait for, ended with exit code {self.exit_code}"
        if "HEALTHY" in awaited and self.is_healthy is False:
            return f"container {name}, whose health others wait for, is unhealthy"
        return ""

    def spawn(self) -> None:
        for note in (*self.wanted.notes, *(mount.note for mount in self.wanted.mounts)):
            self.output.write(f"local cloud: {note}\n".encode())
        self._process = subprocess.Popen(
            [*self.wanted.image.image.argv, *self.wanted.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment(),
            cwd=self.wanted.working_directory,
            start_new_session=True,  # a group of its own, which ends as a whole
        )

    def _environment(self) -> dict[str, str]:
        """Nothing of ours: no credentials, no Python settings, no proxies."""
        own = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOSTNAME": self.id[:12], "HOST": self.address}
        if self.wanted.port:
            host, port = self.endpoint(self.wanted.port)
            own |= {"HOST": host, "PORT": str(port)}
        if self.wanted.mounts:
            own["MOUNTS"] = variable(self.wanted.mounts)
        return {**own, **self.wanted.image.image.env, "IMAGE_TAG": self.wanted.image.tag, **self.wanted.env}

    def read_output(self) -> None:
        """Returns when the last process of the group has closed its output."""
        assert self._process is not None
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 65536):
            self.output.write(data)
        self._process.stdout.close()
        self.output.close()

    def await_end(self) -> None:
        """Returns when the main process has ended; whatever else is in its group goes with it."""
        assert self._process is not None
        code = self._process.wait()
        self._signal(signal.SIGKILL)
        self.exit_code = 128 - code if code < 0 else code  # a shell's spelling, and Docker's
        self.ended_at = time.monotonic()
        self._ended.set()

    def wait(self, timeout_seconds: float | None = None) -> int | None:
        self._ended.wait(timeout_seconds)
        return self.exit_code

    def stop(self, timeout_seconds: float) -> None:
        """Asks it to end, and returns at once; what does not listen is killed when its time is over, which is
        ``timeout_seconds`` where its definition says nothing."""
        self.is_told_to_end = True
        self._signal(signal.SIGTERM)
        own = self.wanted.stop_seconds
        killer = threading.Timer(timeout_seconds if own is None else own, self._kill_unless_ended)
        killer.daemon = True
        killer.start()

    def kill(self, why: str = "") -> None:
        self.why_ended = self.why_ended or why
        self._kill_unless_ended()

    def _kill_unless_ended(self) -> None:
        if not self._ended.is_set():
            self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # it has ended already
            os.killpg(self._process.pid, number)
