"""Carries bytes between whoever connects to a port and a program that is chosen for each connection, as a Network Load
Balancer does. It looks into nothing that passes, so HTTP/2, gRPC and WebSockets go through as they are."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from local_cloud.tasks.addresses import Endpoint

Choose = Callable[[], Endpoint | None]
_PIECE = 65_536


async def forward(port: int, choose: Choose) -> None:
    """Until it is cancelled. Where nobody is there to be chosen, a connection is closed at once."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if endpoint := choose():
                with suppress(OSError):
                    await carry(reader, writer, endpoint)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


async def carry(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    endpoint: Endpoint,
    first: bytes = b"",
    address: str | None = None,
) -> None:
    """Both ways, until each side has said all. Raises OSError when nobody listens there, or one side breaks off: then
    the other is let go as well. ``first`` goes there before all else, and ``address`` is who seems to ask."""
    onward, back = await asyncio.open_connection(*endpoint, local_addr=(address, 0) if address else None)
    try:
        back.write(first)
        await asyncio.gather(_copy(reader, back), _copy(onward, writer))
    finally:
        back.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """To the end of what one side says; the other may go on."""
    while piece := await source.read(_PIECE):
        target.write(piece)
        await target.drain()
    with suppress(OSError):  # the other side may have hung up meanwhile
        target.write_eof()
