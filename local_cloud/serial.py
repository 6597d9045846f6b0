"""Notices that an emulator forgot: the serial of the engine's state is also kept inside the emulator.

An emulator that was killed comes back with what it held some seconds before, or empty, while the engine's state says
what was done last. Nothing may be built upon such a pair. Before each run that changes something the engine announces
its next serial, which is written into an SSM parameter of the emulator first; so the emulator may be one ahead of the
state, and never behind it.
"""

from typing import Any

PARAMETER = "/slipway/serial"


class HeldSerial:
    """``ssm`` is a boto3 client of the emulator."""

    def __init__(self, ssm: Any):
        self._ssm = ssm

    def remember(self, serial: int) -> None:
        self._ssm.put_parameter(Name=PARAMETER, Value=str(serial), Type="String", Overwrite=True)

    def read(self) -> int:
        """0 when the emulator knows of nothing."""
        found = self._ssm.get_parameters(Names=[PARAMETER])["Parameters"]
        return int(found[0]["Value"]) if found else 0


def lost(written: int, held: int) -> str:
    """What to tell when the emulator holds less than the state says was written; empty when it holds it all."""
    if written <= held:
        return ""
    return f"the local cloud has lost changes (the state is at {written}, the cloud at {held or 'nothing'})"
