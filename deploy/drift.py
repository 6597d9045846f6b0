"""Which services of an environment have drifted, read for `up` and `preview` before anything is touched."""

from contextlib import suppress

from runtime import connections, drift, service_state
from runtime.aws.errors import GatewayError
from runtime.drift import Drift
from runtime.gateways import Gateways
from runtime.releases.carriers import CarrierState
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.service_index import IndexEntry


def of_services(gateways: Gateways) -> dict[str, Drift]:
    """By service; those that were provisioned and are not as they were left."""
    service_index = gateways.service_index.all()
    records = gateways.provisioned.all().readable
    provisioned = {name: record for name, record in records.items() if name not in service_index.unreadable}
    if not provisioned:
        return {}
    unconnected = connections.waiting(provisioned)
    states, with_group = gateways.carriers.states(provisioned.values()), gateways.logs.services_with_group()
    found: dict[str, Drift] = {}
    for name, record in provisioned.items():
        entry, state = service_index.readable.get(name, IndexEntry()), states.get(name)
        drifted = _of(record, entry, state, gateways, with_group)
        if drifted and not drifted.is_gone:
            drifted = _of(record, _settled(gateways, name, entry), state, gateways, with_group)
        if drifted is None and name in unconnected:
            drifted = Drift(unconnected[name], False)
        if drifted:
            found[name] = drifted
    return found


def _settled(gateways: Gateways, service: str, entry: IndexEntry) -> IndexEntry:
    """Whoever released may have died before the index was told."""
    with suppress(GatewayError):  # such as a release that nobody can read
        gateways.releases.settle(service)
        return gateways.service_index.read(service)
    return entry


def _of(
    record: Provisioned, entry: IndexEntry, state: CarrierState | None, gateways: Gateways, with_group: set[str] | None
) -> Drift | None:
    """``with_group`` is None where these credentials may not list them."""
    lacks = with_group is not None and record.service not in with_group
    environment, now = gateways.environment.name, gateways.now()
    return drift.of(service_state.summary(environment, record, entry, state, {}, [], now, lacks_log_group=lacks))
