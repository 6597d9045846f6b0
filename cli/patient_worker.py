"""A gunicorn worker of threads in which a request takes a thread only once it is here as a whole.

gthread begins to read in a thread, so that as many half-sent requests as there are threads stop everybody. Here the
main loop reads: it has a thousand places, and gives each of them up after ``PATIENCE_SECONDS``.
"""

import errno
import re
import time
from functools import partial
from selectors import EVENT_READ
from socket import socket
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

PATIENCE_SECONDS = 10.0
MOST_BYTES = 1024 * 1024
"""More than any page takes: what is longer is refused by its head, before its body is read"""
_PIECE = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_PASSING = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)


class Connection(TConn):
    """For one request: the portal keeps none open, as its clients are on this machine."""

    def __init__(self, *where: Any):
        super().__init__(*where)
        self.arrived = bytearray()
        self._head: bytes | None = None
        self._whole_at = 0
        """Bytes; 0 until the head says so"""

    def take(self) -> bool:
        """What has come. Whether a thread has something to do, be it to refuse what came."""
        try:
            piece = self.sock.recv(_PIECE)
        except BlockingIOError:
            return False
        except OSError:
            piece = b""
        self.arrived += piece
        return not piece or self.is_whole or self._is_too_long

    @property
    def is_whole(self) -> bool:
        end = self.arrived.find(b"\r\n\r\n") if self._head is None else len(self._head)
        if end < 0:
            return False
        self._head = head = self._head or bytes(self.arrived[:end])
        if _CHUNKED.search(head):
            return self.arrived.endswith(_LAST_CHUNK)
        length = _LENGTH.search(head)
        self._whole_at = end + 4 + (int(length[1]) if length else 0)
        return len(self.arrived) >= self._whole_at

    @property
    def _is_too_long(self) -> bool:
        return max(len(self.arrived), self._whole_at) > MOST_BYTES

    def hand_over(self) -> None:
        """To gunicorn's parser, which reads on only what is too long anyway."""
        self.init()
        self.parser.unreader.unread(bytes(self.arrived))

    def close(self, graceful: bool = False) -> None:
        """To linger over an unread rest is for a thread, which has done so: not for the loop that all wait for."""
        util.close(self.sock)


class PatientWorker(ThreadWorker):
    def accept(self, listener: socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in _PASSING:
                raise
            return
        self.nr_conns += 1
        connection = Connection(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + PATIENCE_SECONDS
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def on_pending_socket_readable(self, connection: Connection, client: socket) -> None:
        if connection.take():
            super().on_pending_socket_readable(connection, client)

    def handle(self, connection: Connection) -> Any:
        connection.hand_over()
        answered = super().handle(connection)
        if not connection.is_whole:
            util.close_graceful(connection.sock)
        return answered
