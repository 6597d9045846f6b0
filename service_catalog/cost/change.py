"""What a changed entry does to the cost of its service."""

from service_catalog.cost import estimate
from service_catalog.cost.estimate import Estimate
from service_catalog.cost.prices import NoPrices
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service


def cost_change(before: Service, after: Service, environment: Environment) -> Message | None:
    """None where nothing changes, and in a region without prices."""
    costs = costs_of(before, after, environment)
    return say("cost a month: %(old)s → %(new)s", old=costs[0], new=costs[1]) if costs else None


def costs_of(before: Service, after: Service, environment: Environment) -> tuple[str, str] | None:
    """Of the service alone, each from the fewest tasks to the most. None as above."""
    try:
        old, new = (estimate.of_service(it, environment).own for it in (before, after))
    except NoPrices:
        return None
    return None if (old.low, old.high) == (new.low, new.high) else (_range(old), _range(new))


def _range(found: Estimate) -> str:
    low, high = f"${found.low:,.0f}", f"${found.high:,.0f}"
    return low if low == high else f"{low}–{high}"
