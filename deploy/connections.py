"""Connections between stacks of services: either may be provisioned first, so the caller's may have to run again."""

from collections.abc import Mapping

from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Provisioned


def waiting(records: Mapping[str, Provisioned]) -> dict[str, Message]:
    """By caller, whom it may not reach yet though both are there: the called service came later, or is another one by
    now."""
    found = {}
    for caller, record in records.items():
        for called, group in record.connections.items():
            there = records[called].found if called in records else None
            if there and there.callers_group != group:
                found[caller] = say("%(called)s is there by now and does not let it in yet", called=called)
    return found
