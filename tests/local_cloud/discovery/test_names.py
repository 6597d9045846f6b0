"""What a task reaches by a name, over real connections between programs of this test."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from local_cloud.discovery.gates import Gates
from local_cloud.discovery.names import Caller, Instance, Names, Registry
from local_cloud.tasks.addresses import Endpoint

RULE = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": "sg-caller"}]}


class Echo:
    """Answers every connection with its own name and whatever came in."""

    def __init__(self, name: str):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.endpoint: Endpoint = self._server.getsockname()[:2]
        self._name = name.encode()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection:
                    while piece := connection.recv(1000):
                        connection.sendall(self._name + b": " + piece)

    def close(self) -> None:
        self._server.close()


@dataclass
class World:
    callers: dict[str, Caller] = field(default_factory=dict)
    dns: dict[str, str] = field(default_factory=dict)
    listed: list[Instance] = field(default_factory=list)
    listeners: dict[str, Endpoint] = field(default_factory=dict)

    def caller(self, task: str) -> Caller | None:
        return self.callers.get(task)

    def in_dns(self, task: str, name: str) -> str | None:
        return self.dns.get(name)

    def instances(self, task: str, registry: str) -> list[Instance]:
        return self.listed

    def listener(self, address: str, port: int) -> Endpoint:
        return self.listeners[address]


@pytest.fixture
def programs() -> Iterator[list[Echo]]:
    made = [Echo("one"), Echo("two")]
    yield made
    for program in made:
        program.close()


@pytest.fixture
def world(programs: list[Echo]) -> World:
    aliases = {("payments", 80): Registry("srv-1", 80, has_http_proxy=True), ("ledger", 80): Registry("srv-2", 80)}
    addresses = {f"127.9.0.{number}": program.endpoint for number, program in enumerate(programs, 1)}
    return World(
        {"task": Caller(["sg-caller"], aliases=aliases), "stranger": Caller(["sg-other"], aliases=aliases)},
        {"payments.slipway.internal": "srv-1"},
        [Instance(address, [RULE]) for address in addresses],
        addresses,
    )


@pytest.fixture
def names(world: World) -> Names:
    return Names(world, Gates())


def said(endpoint: Endpoint | None, asked: bytes = b"hello") -> bytes:
    assert endpoint
    with socket.create_connection(endpoint, timeout=30) as connection:
        connection.sendall(asked)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1000), b""))


def test_connections_go_to_each_healthy_task_in_turn(names: Names):
    endpoint = names.endpoint("task", "payments", 80)
    assert [said(endpoint) for _ in range(3)] == [b"one: hello", b"two: hello", b"one: hello"]


def test_a_name_stays_while_the_tasks_behind_it_come_and_go(names: Names, world: World):
    endpoint = names.endpoint("task", "payments", 80)
    world.listed = world.listed[1:]
    assert (said(endpoint), names.endpoint("task", "payments", 80)) == (b"two: hello", endpoint)


def test_what_is_no_text_passes_both_ways_at_once(names: Names):
    endpoint = names.endpoint("task", "payments", 80)
    assert endpoint
    with socket.create_connection(endpoint, timeout=30) as connection:
        for piece in (bytes(range(256)), b"\x81\x05again"):
            connection.sendall(piece)
            assert connection.recv(1000) == b"one: " + piece


def test_who_is_not_let_in_hears_it_from_the_proxy(names: Names):
    endpoint = names.endpoint("stranger", "payments", 80)
    assert endpoint
    connection = http.client.HTTPConnection(*endpoint, timeout=30)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert (answer.status, answer.read().decode().rpartition("reset reason: ")[2]) == (503, "connection timeout")
    connection.close()


@pytest.mark.parametrize("name", ["ledger", "payments.slipway.internal"])
def test_without_a_proxy_of_http_the_connection_breaks(names: Names, name: str):
    with pytest.raises(ConnectionError):
        said(names.endpoint("stranger", name, 80))


def test_a_service_without_a_healthy_task_is_unavailable(names: Names, world: World):
    world.listed = []
    assert said(names.endpoint("task", "payments", 80)).endswith(b"no healthy upstream")


def test_an_alias_at_another_port_leads_nowhere(names: Names):
    with pytest.raises(ConnectionError):
        said(names.endpoint("task", "payments", 81))


def test_a_name_in_dns_is_asked_at_any_port_and_let_in_at_the_allowed_one(names: Names):
    assert said(names.endpoint("task", "payments.slipway.internal", 80)) == b"one: hello"
    with pytest.raises(ConnectionError):
        said(names.endpoint("task", "payments.slipway.internal", 81))


def test_other_names_are_none_of_ours(names: Names):
    assert names.endpoint("task", "example.com", 80) is None
    assert names.endpoint("ended", "payments", 80) is None


def test_a_task_that_ended_leaves_no_listener(names: Names):
    endpoint = names.endpoint("task", "payments", 80)
    names.forget("task")
    assert endpoint
    names.endpoint("task", "ledger", 80)  # made after the other was closed
    with pytest.raises(ConnectionError):
        socket.create_connection(endpoint, timeout=30)
