"""Carries datagrams between whoever sends some to a port and a program that is chosen for each sender, as a Network
Load Balancer does with UDP."""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from local_cloud.emulators.forwarding import Choose

_IDLE_SECONDS = 120
"""After which a load balancer chooses anew"""
_LARGEST = 65_535
Address = tuple[Any, ...]


async def forward_datagrams(port: int, choose: Choose, clock: Callable[[], float] = time.monotonic) -> None:
    """Until it is cancelled. Where nobody is there to be chosen, a datagram is lost."""
    flows = _Flows(choose, clock)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: flows, local_addr=("127.0.0.1", port)
    )
    try:
        await asyncio.Event().wait()
    finally:
        transport.close()


@dataclass
class _Flow:
    onward: socket.socket
    used_at: float


class _Flows(asyncio.DatagramProtocol):
    """By sender, the socket that speaks for it to the program it was given, while they have something to say."""

    def __init__(self, choose: Choose, clock: Callable[[], float]):
        self._choose, self._clock = choose, clock
        self._flows: dict[Address, _Flow] = {}
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, reason: Exception | None) -> None:
        for sender in list(self._flows):
            self._end(sender)

    def datagram_received(self, data: bytes, sender: Address) -> None:
        if flow := self._flow(sender):
            flow.used_at = self._clock()
            with suppress(OSError):  # nobody listens there any more, or not yet
                flow.onward.send(data)

    def _flow(self, sender: Address) -> _Flow | None:
        self._end_idle()
        if sender not in self._flows and (endpoint := self._choose()):
            onward = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            onward.setblocking(False)
            onward.connect(endpoint)
            self._flows[sender] = _Flow(onward, self._clock())
            self._loop.add_reader(onward, self._answered, sender)
        return self._flows.get(sender)

    def _answered(self, sender: Address) -> None:
        flow = self._flows[sender]
        try:
            data = flow.onward.recv(_LARGEST)
        except OSError:
            return self._end(sender)
        flow.used_at = self._clock()
        return self._transport.sendto(data, sender)

    def _end_idle(self) -> None:
        oldest = self._clock() - _IDLE_SECONDS
        for sender in [sender for sender, flow in self._flows.items() if flow.used_at < oldest]:
            self._end(sender)

    def _end(self, sender: Address) -> None:
        onward = self._flows.pop(sender).onward
        self._loop.remove_reader(onward)
        onward.close()
