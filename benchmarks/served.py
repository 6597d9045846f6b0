"""The portal as it is served, with 1,000 services of 30 teams: its start, its memory, slow clients and a silent AWS.

Seconds and megabytes, where the others are ratios: what is promised of these is what people wait for. The clock counts
what others do on the machine too, so the start is told in CPU seconds; one thread of it has them.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import company
from benchmarks.company_portal import SERVICES
from benchmarks.rounds import Ratio

REQUESTS = 20_000
SLOW = 16
LIST = "/local/services"
NAME = company.names(1)[0]
_ASKED = (LIST, f"{LIST}?part=", f"{LIST}?q=pricing", f"{LIST}?lang=ja", f"{LIST}?sort=released")
_PAGES = (
    LIST,
    f"{LIST}/{NAME}",
    f"{LIST}/{NAME}/env/app",
    f"{LIST}/{NAME}/releases",
    f"{LIST}/{NAME}/runs",
    f"{LIST}/{NAME}/tasks",
    f"{LIST}/{NAME}/logs",
    f"{LIST}/new",
    f"{LIST}/{NAME}/metrics",
    f"{LIST}/{NAME}/history",
    f"{LIST}/{NAME}/settings",
    f"{LIST}/{NAME}/env/app/environments",
    "/local/platform",
    "/local/platform/drift",
    "/local/platform/capacity",
    "/local/platform/quotas",
    "/local/platform/costs",
    "/local/audit",
    "/tokens",
)


def measure() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as directory:
        company.write_catalog(Path(directory) / "catalog", SERVICES, exposure=company.BY_HOST).update_lock()
        return [*_of_one_that_answers(directory), _of_a_silent_aws(directory)]


def _of_one_that_answers(directory: str) -> Iterator[Ratio]:
    with _portal(directory) as served:
        seconds = served.began()
        what = "CPU seconds from the start to a first page, the list of 1,000 services"
        yield Ratio(what, served.cpu_seconds(), "at most 1.5", f"{seconds:.1f} s by the clock")
        alone = max(served.seconds(LIST) for _ in range(20))
        with _slow_clients(served.port):
            beside = max(served.seconds(LIST) for _ in range(20))
        what = f"seconds for the list, the slowest of 20, while {SLOW} clients send and {SLOW} read a byte at a time"
        yield Ratio(what, beside, "at most 1", f"{alone:.2f} s without them")
        for page in _PAGES:
            served.get(page, is_answered=False)
        _asks(served, REQUESTS)
        what = f"megabytes of the process after {REQUESTS:,} requests for the list, and one for each other page"
        yield Ratio(what, served.megabytes(), "at most 130")


def _of_a_silent_aws(directory: str) -> Ratio:
    with _never_answers() as address, _portal(directory, silent=address) as served:
        served.is_up()
        with ThreadPoolExecutor(len(_PAGES)) as pool:
            seconds = dict(zip(_PAGES, pool.map(served.seconds, _PAGES), strict=True))
    slowest = max(seconds, key=lambda page: seconds[page])
    what = f"seconds for the slowest of {len(_PAGES)} pages asked at once while AWS is silent"
    return Ratio(what, seconds[slowest], "at most 5", slowest)


# --- the process ------------------------------------------------------------------------------------------------------


@dataclass
class _Served:
    port: int
    process: subprocess.Popen[bytes]
    started: float
    is_without_aws: bool

    def get(self, path: str, is_answered: bool = True) -> bytes:
        """``is_answered``: whether AWS answers what the page asks"""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200 or not is_answered, f"{path}: {answer.status}"
            return answer.read()

    def seconds(self, path: str) -> float:
        began = time.monotonic()
        self.get(path, is_answered=not self.is_without_aws)
        return time.monotonic() - began

    def is_up(self) -> None:
        while True:
            try:
                self.get("/healthz")
                return
            except OSError:
                assert self.process.poll() is None, "the portal did not start"
                time.sleep(0.02)

    def began(self) -> float:
        """How long the first page took on which the last of the services stands."""
        self.is_up()
        last = company.names(SERVICES)[-1].encode()
        while last not in self.get(LIST):
            time.sleep(0.02)
        return time.monotonic() - self.started

    def cpu_seconds(self) -> float:
        """Of gunicorn's own process, which imports everything, and of the one that answers."""
        fields = [
            Path(f"/proc/{it}/stat").read_text().rpartition(")")[2].split() for it in (self.process.pid, self._worker)
        ]
        return sum(int(it[11]) + int(it[12]) for it in fields) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Of whoever answers: gunicorn's own process beside it only watches."""
        found = re.search(r"VmRSS:\s*(\d+) kB", Path(f"/proc/{self._worker}/status").read_text())
        assert found
        return int(found[1]) / 1024

    @property
    def _worker(self) -> str:
        return Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0]


@contextmanager
def _portal(directory: str, **more: str) -> Iterator[_Served]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    said = json.dumps({"port": port, "directory": directory, **more})
    started = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.company_portal", said]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield _Served(port, process, started, is_without_aws="silent" in more)
    finally:
        process.terminate()
        process.wait(20)


def _asks(served: _Served, times: int) -> None:
    """Four at a time, as browsers that are left open do: most have the page already."""

    def some(first: int) -> None:
        for number in range(first, times, 4):
            served.get(_ASKED[number % len(_ASKED)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(some, range(4)))


# --- who makes it hard ------------------------------------------------------------------------------------------------


@contextmanager
def _slow_clients(port: int) -> Iterator[None]:
    """Half of a request and no more; a whole one whose answer is read a byte at a time."""
    whole = f"GET {LIST} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    over = threading.Event()
    with ExitStack() as opened:
        senders = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(SLOW)]
        readers = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(SLOW)]
        for reader in readers:
            reader.sendall(whole)

        def dawdle() -> None:
            for at in range(len(whole) - 2):
                if over.wait(0.2):
                    return
                for sender in senders:
                    sender.send(whole[at : at + 1])
                for reader in readers:
                    reader.recv(1)

        thread = threading.Thread(target=dawdle)
        thread.start()
        time.sleep(1)
        yield
        over.set()
        thread.join()


@contextmanager
def _never_answers() -> Iterator[str]:
    """Takes every connection, and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
