"""Listeners that lead on to wherever they are told, connection by connection."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from local_cloud.emulators.forwarding import carry
from local_cloud.tasks.addresses import Endpoint

_PIECE = 65536


@dataclass
class Closed(Exception):
    """Nobody is let through; ``answer`` is what a proxy would say, empty where there is none."""

    answer: bytes = b""


Lead = Callable[[], Endpoint]
"""Where the next connection goes. Raises Closed."""
Key = tuple[str, str, int]
"""A task, and the name and port that it asks"""


class Gates:
    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._open: dict[Key, tuple[Endpoint, asyncio.Server]] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="gates").start()

    def open(self, key: Key, lead: Lead) -> Endpoint:
        """The listener's own address; the one that it has already, if it has."""
        with self._lock:
            if key not in self._open:
                self._open[key] = asyncio.run_coroutine_threadsafe(self._listen(lead), self._loop).result()
            return self._open[key][0]

    def close(self, task: str) -> None:
        """All of a task that has ended."""
        with self._lock:
            for key in [key for key in self._open if key[0] == task]:
                _, server = self._open.pop(key)
                self._loop.call_soon_threadsafe(server.close)

    async def _listen(self, lead: Lead) -> tuple[Endpoint, asyncio.Server]:
        async def passing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):  # whoever asked may have hung up meanwhile
                await _pass(reader, writer, lead)
            writer.close()

        server = await asyncio.start_server(passing, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        return (host, port), server


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lead: Lead) -> None:
    try:
        await carry(reader, writer, await asyncio.to_thread(lead))
    except OSError:
        _hang_up(writer)
    except Closed as closed:
        if not closed.answer:
            return _hang_up(writer)
        await reader.read(_PIECE)  # whoever has not asked yet would take the answer for a broken connection
        writer.write(closed.answer)
        await writer.drain()


def _hang_up(writer: asyncio.StreamWriter) -> None:
    """With a reset, as from a port where nothing listens: a plain end would look like an empty answer."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
