"""Drift: what was deleted, stopped or changed outside of Slipway, for `up` and `preview` to report.

Only what two listings show: ECS services and log groups. ``--refresh`` reads every resource of a stack.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from deploy import connections
from runtime import service_state
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from runtime.releases.carriers import CarrierState
from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.service_index import IndexEntry


@dataclass(frozen=True)
class Drift:
    sentence: Message
    is_gone: bool
    """A resource was deleted: Pulumi makes it again once it has looked"""


def of_services(gateways: Gateways) -> dict[str, Drift]:
    """By service; those that were provisioned and are not as they were left."""
    service_index = gateways.service_index.all()
    records = gateways.provisioned.all().readable
    provisioned = {name: record for name, record in records.items() if name not in service_index.unreadable}
    if not provisioned:
        return {}
    unconnected = connections.waiting(provisioned)
    states, with_group = gateways.carriers.states(provisioned.values()), gateways.logs.services_with_group()
    found = {}
    for name, record in provisioned.items():
        entry, state = service_index.readable.get(name, IndexEntry()), states.get(name)
        drift = of(record, entry, state, gateways, with_group)
        if drift and not drift.is_gone:
            drift = of(record, _settled(gateways, name, entry), state, gateways, with_group)
        if drift is None and name in unconnected:
            drift = Drift(unconnected[name], False)
        if drift:
            found[name] = drift
    return found


def _settled(gateways: Gateways, service: str, entry: IndexEntry) -> IndexEntry:
    """Whoever released may have died before the index was told."""
    with suppress(GatewayError):  # such as a release that nobody can read
        gateways.releases.settle(service)
        return gateways.service_index.read(service)
    return entry


def of(
    record: Provisioned, entry: IndexEntry, state: CarrierState | None, gateways: Gateways, with_group: set[str] | None
) -> Drift | None:
    """``with_group`` is None where these credentials may not list them."""
    if state is None:
        return Drift(say("ECS has no such service any more: it was deleted outside"), True)
    if with_group is not None and record.service not in with_group:
        return Drift(service_state.LACKS_LOG_GROUP, True)
    summary = service_state.summary(gateways.environment.name, record, entry, state, {}, [], gateways.now())
    sentence = _SENTENCES.get(service_state.status("readable", summary))
    return Drift(sentence, False) if sentence else None


_SENTENCES: Mapping[str, Message] = {
    "nothing runs": say("nothing runs of it, though a release came through"),
    "changed outside": say("what is live is not what its last release brought: it was changed outside"),
    "stopped": say("its desired count is 0: somebody stopped it"),
}
