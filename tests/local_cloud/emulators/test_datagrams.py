import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from local_cloud.emulators.datagrams import forward_datagrams
from local_cloud.emulators.process import free_port
from tests.local_cloud.waiting import eventually


def program() -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    listening.settimeout(10)
    return listening


@pytest.fixture
def programs() -> Iterator[list[socket.socket]]:
    made = [program(), program()]
    yield made
    for each in made:
        each.close()


class Port:
    """That leads each new sender to the next of the programs."""

    def __init__(self, programs: list[socket.socket]):
        self.number, self.now = free_port(), 0.0
        chosen = iter([it.getsockname() for it in programs])
        forwarding = forward_datagrams(self.number, lambda: next(chosen, None), lambda: self.now)
        threading.Thread(target=lambda: asyncio.run(forwarding), daemon=True).start()
        assert eventually(self.is_open)

    def is_open(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", self.number))
            except OSError:
                return True
        return False

    def client(self) -> socket.socket:
        connected = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        connected.connect(("127.0.0.1", self.number))
        connected.settimeout(10)
        return connected


def test_each_sender_speaks_with_one_program_and_hears_its_answers(programs: list[socket.socket]):
    port = Port(programs)
    with port.client() as one, port.client() as other:
        for client, listening in ((one, programs[0]), (other, programs[1]), (one, programs[0])):
            client.send(b"hello")
            said, sender = listening.recvfrom(100)
            listening.sendto(b"heard " + said, sender)
            assert client.recv(100) == b"heard hello"


def test_a_sender_who_was_silent_for_long_is_led_anew(programs: list[socket.socket]):
    port = Port(programs)
    with port.client() as client:
        client.send(b"first")
        assert programs[0].recv(100) == b"first"
        port.now += 121
        client.send(b"second")
        assert programs[1].recv(100) == b"second"
