"""Connections between stacks of services: either may be provisioned first, so the caller's may have to run again."""

from collections.abc import Mapping

from service_catalog.connections import let_in_by
from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Provisioned


def waiting(records: Mapping[str, Provisioned]) -> dict[str, Message]:
    """By caller, whom it may not reach yet though both are there: the called service came later, or is another one by
    now."""
    found = {}
    for caller, record in records.items():
        for called in record.connections.keys() - let_in_by(record, records):
            if called in records and records[called].found:
                found[caller] = say("%(called)s is there by now and does not let it in yet", called=called)
    return found
