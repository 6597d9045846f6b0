"""The portal as it is served: what slow clients, a silent AWS and strangers' headers do to it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cli.patient_worker import PATIENCE_SECONDS
from local_cloud.emulators.process import free_port
from tests.deploy.world import World
from tests.local_cloud.waiting import eventually

PEOPLE = 20
HALF_SENT = (
    b"",
    b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /dev/services/new HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\ntext=",
    b"POST /dev/services/new HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntext=\r\n",
)


class Silent:
    """An AWS that takes every connection and never says a word."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.was_asked = threading.Event()
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                self._held.append(self._listener.accept()[0])
            except OSError:
                return
            self.was_asked.set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for a visitor, which closing does not
        self._thread.join()
        self._listener.close()
        for held in self._held:
            held.close()


class Served:
    def __init__(self, port: int, aws: Silent):
        self.port, self.aws = port, aws

    def get(self, path: str, seconds: float, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def half_sent(self, some: bytes) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port))
        client.sendall(some)
        return client


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("portal")
    (directory / "catalog").mkdir()
    World(directory / "catalog", orders={"env_files": ["app"]})
    aws, port = Silent(), free_port()
    told = {"state": str(directory / "state"), "catalog": str(directory / "catalog"), "port": port}
    told["catalog_changes"] = "files"
    credentials = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": aws.url}
    server = subprocess.Popen(
        [sys.executable, "-m", "cli.portal_server", json.dumps(told)],
        env={**os.environ, **credentials},
        stdin=subprocess.PIPE,
    )
    served = Served(port, aws)
    try:
        assert eventually(lambda: is_up(served) or server.poll() is not None)
        assert server.poll() is None
        yield served
    finally:
        server.terminate()
        server.communicate()
        aws.close()


def is_up(served: Served) -> bool:
    try:
        return served.get("/healthz", 5)[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("some", HALF_SENT)
def test_requests_that_are_half_sent_stop_nobody(portal, some):
    slow = [portal.half_sent(some) for _ in range(200)]

    # As long as their time has not run out, that is: later it would prove nothing.
    assert portal.get("/healthz", PATIENCE_SECONDS / 2) == (200, "ok\n")
    for client in slow:
        client.close()


def test_a_request_in_two_halves_is_answered(portal):
    first = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"

    with portal.half_sent(first) as client, client.makefile("rb") as answer:
        client.sendall(b"\r\n")
        assert answer.read().endswith(b"ok\n")


def test_what_is_too_long_is_refused_by_its_head(portal):
    head = b"POST /dev/services/new HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\ntext="

    with portal.half_sent(head) as client, client.makefile("rb") as answer:
        assert answer.readline().startswith(b"HTTP/1.1 4")


def test_a_silent_aws_makes_nobody_wait_for_each_of_its_calls(portal):
    # boto3 alone would give up the first of a page's calls after three attempts of 5 s each.
    with ThreadPoolExecutor(PEOPLE) as people:
        pages = [people.submit(portal.get, "/dev/services/orders/env/app", 14) for _ in range(PEOPLE)]
        portal.aws.was_asked.wait(60)
        assert portal.get("/healthz", 5) == (200, "ok\n")

    assert {page.result()[0] for page in pages} == {503}
    assert portal.get("/dev/services/orders", 14)[0] in (200, 503)


def test_headers_that_only_a_proxy_may_send_are_not_believed(portal):
    status, page = portal.get("/dev/services", 14, SCRIPT_NAME="/dev", **{"X-Forwarded-Proto": "https"})

    assert status == 200
    assert 'href="/dev/services' in page
