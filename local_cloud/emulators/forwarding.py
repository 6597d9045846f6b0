"""Carries bytes between whoever connects to a port and a program that is chosen for each connection, as a Network Load
Balancer does."""

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
            there = await _to(choose())
            if there:
                await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))
                there[1].close()
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


async def _to(chosen: Endpoint | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    if chosen is None:
        return None
    try:
        return await asyncio.open_connection(*chosen)
    except OSError:
        return None


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """To the end of what one side says; the other may go on."""
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
