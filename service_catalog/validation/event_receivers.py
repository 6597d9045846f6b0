"""Where an environment's events may be sent: to AWS's outside alone, and never readable on the way.

SNS posts from AWS's own network, so an address that only this or that network knows is never reached. The local cloud
posts to this machine alone, where nobody reads along.
"""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault
from service_catalog.yaml_text.locations import Path

_OF_NO_NETWORK = ("localhost", "local", "internal", "localdomain", "lan", "home", "corp")
"""Names that end so are known within some network only"""


def events_of_environment(environment: Environment) -> Iterator[Fault]:
    events = environment.events
    if events is None:
        return
    yield from listed_twice(("events", "receivers"), events.receivers)
    for index, address in enumerate(events.receivers):
        yield from _receiver(("events", "receivers", index), address, environment)
    if events.portal and not (environment.name == naming.LOCAL and _is_here(_host(events.portal))):
        yield from _https(("events", "portal"), events.portal)


def _receiver(path: Path, address: str, environment: Environment) -> Iterator[Fault]:
    host = _host(address)
    if environment.name == naming.LOCAL and _is_here(host):
        return
    yield from _https(path, address)
    if not _is_public(host):
        message = say("is an address that AWS cannot reach: %(host)s", host=host)
        yield Fault(path, message, say("write an address of the internet; 127.0.0.1 is for the local cloud only"))


def _https(path: Path, address: str) -> Iterator[Fault]:
    if not address.startswith("https://"):
        yield Fault(path, say("must begin with https://: others would read along"))


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(host: str) -> bool:
    """As far as a name says: what it leads to is asked of nobody."""
    *labels, last = host.rstrip(".").split(".")
    if last[:1].isdigit():
        try:
            return ipaddress.ip_address(host).is_global
        except ValueError:
            return False  # 127.1, 0x7f.1 and the like, which some programs take for addresses
    return bool(labels) and last not in _OF_NO_NETWORK
