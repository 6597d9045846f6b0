"""What was billed by team and service: what Cost Explorer said, by the owners that the catalog names now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service_catalog.records.bill import Bill, BilledMonth

Whose = Literal["team", "gone", "shared"]
"""A service's that the catalog has, a service's that left it, or no service's: load balancers, network, instances"""


@dataclass(frozen=True)
class BilledService:
    service: str
    """Empty for what is no service's"""
    owner: str
    """Empty where the catalog names none"""
    amounts: Sequence[float]
    """One a month"""

    @property
    def whose(self) -> Whose:
        if not self.service:
            return "shared"
        return "team" if self.owner else "gone"


@dataclass(frozen=True)
class Billed:
    months: Sequence[BilledMonth]
    rows: Sequence[BilledService]
    """The dearest first"""

    @property
    def owners(self) -> list[str]:
        """The dearest first."""
        found = {it.owner for it in self.rows if it.owner}
        return sorted(found, key=lambda owner: (-max(self.of("team", owner)), owner))

    @property
    def unit(self) -> str:
        return self.months[0].unit

    def of(self, whose: Whose | None = None, owner: str | None = None) -> list[float]:
        """One a month; of all where nothing is said."""
        fitting = [it for it in self.rows if whose in (None, it.whose) and owner in (None, it.owner)]
        return [sum(it.amounts[at] for it in fitting) for at in range(len(self.months))]


def billed(bill: Bill, owners: Mapping[str, str]) -> Billed | None:
    """None where nothing was."""
    services = {service for month in bill.months for service, amount in month.amounts.items() if amount}
    rows = [
        BilledService(name, owners.get(name, ""), [month.amounts.get(name, 0.0) for month in bill.months])
        for name in services
    ]
    return Billed(bill.months, sorted(rows, key=lambda it: (-max(it.amounts), it.service))) if rows else None
