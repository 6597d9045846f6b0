import asyncio
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from local_cloud.emulators.forwarding import forward
from local_cloud.emulators.process import free_port, is_free
from tests.local_cloud.waiting import eventually

RESET = struct.pack("ii", 1, 0)


@pytest.fixture
def program() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        yield listening


@pytest.fixture
def client(program: socket.socket) -> Iterator[socket.socket]:
    """Connected to a port that leads to the program."""
    port = free_port()
    threading.Thread(target=lambda: asyncio.run(forward(port, program.getsockname)), daemon=True).start()
    assert eventually(lambda: not is_free(port))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        yield connection


def heard(connection: socket.socket) -> bytes:
    """To the end."""
    return b"".join(iter(lambda: connection.recv(1000), b""))


def accepted(program: socket.socket) -> socket.socket:
    connection, _ = program.accept()
    connection.settimeout(10)
    return connection


def test_each_side_is_heard_to_its_end(program: socket.socket, client: socket.socket):
    client.sendall(b"hello")
    client.shutdown(socket.SHUT_WR)
    with accepted(program) as connection:
        connection.sendall(b"heard: " + heard(connection))
    assert heard(client) == b"heard: hello"


def test_a_client_that_breaks_off_leaves_no_connection_to_the_program(program: socket.socket, client: socket.socket):
    with accepted(program) as connection:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.close()
        assert heard(connection) == b""
