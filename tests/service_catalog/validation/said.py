"""Faults as a test compares them."""

from collections.abc import Iterable

from service_catalog.validation.faults import Fault
from service_catalog.yaml_text.locations import spelled


def said(faults: Iterable[Fault]) -> list[str]:
    return [f"{spelled(fault.path)}: {fault.message}" for fault in faults]
