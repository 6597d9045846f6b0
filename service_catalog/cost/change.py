"""What a changed entry does to the cost of its service."""

from service_catalog.cost import estimate
from service_catalog.cost.estimate import Estimate
from service_catalog.cost.prices import NoPrices
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service


def cost_change(before: Service, after: Service, environment: Environment) -> Message | None:
    """Of the service alone. None where nothing changes, and in a region without prices."""
    try:
        old, new = (estimate.of_service(it, environment).own for it in (before, after))
    except NoPrices:
        return None
    if (old.low, old.high) == (new.low, new.high):
        return None
    return say("cost a month: %(old)s → %(new)s", old=_range(old), new=_range(new))


def _range(found: Estimate) -> str:
    low, high = f"${found.low:,.0f}", f"${found.high:,.0f}"
    return low if low == high else f"{low}–{high}"
