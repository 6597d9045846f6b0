"""What Cost Explorer said of an environment: ``portal/bills/latest.json`` in its config bucket."""

from datetime import date

from pydantic import AwareDatetime, Field

from service_catalog.records.record import Part, Record, Text


class BilledMonth(Part):
    start: date
    end: date
    """The day after"""
    is_open: bool = False
    """AWS may still change it"""
    amounts: dict[str, float] = Field(default_factory=dict)
    """By service; under no name what bears the environment's tag and no service's"""
    unit: str = "USD"


class Bill(Record):
    asked_at: AwareDatetime
    """Who writes this asks next, and nobody else does"""
    answered_at: AwareDatetime | None = None
    """When it was told of the months below"""
    months: tuple[BilledMonth, ...] = ()
    """Oldest first"""
    problem: Text = ""
    """Why it was not told when it was asked last"""
