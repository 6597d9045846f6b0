"""Whose was a service of which AWS holds nothing any more but its history: env versions and releases. Whoever takes its
name takes these over, so a name with a history is not free for everybody."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.context import portal
from runtime.aws.errors import Absent
from runtime.bucket.audit import Act
from runtime.bucket.records import Unreadable
from runtime.gateways import Gateways
from service_catalog.records.service_index import IndexEntry

_KNOWN_SECONDS = 10.0
_ACTS = ("register", "edit-entry", "retire")
"""They say whose the service is"""
_LOOKED_AT = 50
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Earlier:
    """There is a history."""

    owner: str
    """Empty where nobody can tell"""


def of(environment: str, service: str) -> Earlier | None:
    """None where the name is new. A call or two, once in a while: names are checked while somebody types. Raises
    GatewayError where AWS does not answer."""
    gateways = portal().gateways(environment)
    reading = portal().names.get(
        (environment, service), lambda: _read(gateways, service), portal().settings.now, _KNOWN_SECONDS
    )
    return reading.value


def _read(gateways: Gateways, service: str) -> Earlier | None:
    try:
        index = gateways.service_index.read(service)
    except Absent:  # the environment has no bucket yet
        return None
    return Earlier(_owner(gateways, service, index)) if index.env or index.last else None


def _owner(gateways: Gateways, service: str, index: IndexEntry) -> str:
    """By what was said last: a service may go from one team to another."""
    found = [(_LONG_AGO, "")]
    if index.last:
        with suppress(Unreadable):  # the index holds it without the entry
            release = gateways.releases.get(service, index.last.number)
            found.append((release.when, str((release.entry or {}).get("owner", ""))))
    acts = [it.entry for it in gateways.audit.newest(service, _LOOKED_AT) if isinstance(it, Act)]
    found += [(it.when, str(it.about["owner"])) for it in acts if it.action in _ACTS and it.about.get("owner")]
    return max(found)[1]
