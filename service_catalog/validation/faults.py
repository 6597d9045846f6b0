"""What the rules of validation hand over: a problem at a path of the entry, before anybody looked up its line."""

from dataclasses import dataclass

from service_catalog.messages import Message, say
from service_catalog.yaml_text.locations import Path


@dataclass(frozen=True)
class Fault:
    path: Path
    message: str
    hint: str = ""
    is_fraction: bool = False
    """Whether the message quotes one: the file may spell 1.10 what is 1.1 once read"""


def got(wanted: str, given: object) -> Message:
    return say("%(wanted)s, got %(given)s", wanted=wanted, given=given)
