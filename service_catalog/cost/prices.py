"""The price table, ``prices.yaml``: what AWS asks by region, in US dollars, with the day on which it was read."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).parent / "prices.yaml"
HOURS = 730
"""Of a month, as AWS's own calculator counts"""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FargatePrice(_Table):
    vcpu_hour: float
    gib_hour: float


class HourAndGigabyte(_Table):
    hour: float
    gb: float


class Everywhere(_Table):
    """What costs the same in every region."""

    fargate_spot_share: float
    """Of the price on demand. The market moves it."""
    public_address_hour: float
    alarm_month: float
    dashboard_month: float
    key_month: float
    between_zones_gb: float
    application_load_balancer_unit_hour: float
    network_load_balancer_unit_hour: float
    web_acl_month: float
    web_acl_rule_month: float
    """A managed group is one"""
    web_acl_million: float
    """Requests"""


class RegionPrices(_Table):
    fargate: Mapping[str, FargatePrice]
    """By architecture"""
    fargate_storage_gib_hour: float
    """Beyond the 20 GiB that each task has"""
    application_load_balancer_hour: float
    network_load_balancer_hour: float
    nat_gateway: HourAndGigabyte
    interface_endpoint: HourAndGigabyte
    """In one zone"""
    logs_gb: float
    """Of lines taken in"""
    s3_gb: float
    """A month, of the first 50 TB"""
    efs_gb: float
    """A month, before files that nobody reads cost less"""
    http_api_million: float
    """Requests"""
    ec2_large_hour: Mapping[str, float]
    """By family, of its size ``large``; an ``xlarge`` costs twice as much, and so on"""


class Prices(_Table):
    as_of: date
    source: str
    everywhere: Everywhere
    regions: Mapping[str, RegionPrices]


class NoPrices(Exception):
    """Of a region that the table does not have."""

    def __init__(self, region: str, known: list[str]):
        self.region, self.known = region, known
        super().__init__(
            f"there are no prices for {region}, only for {', '.join(known)}; "
            "service_catalog/cost/prices.yaml says how to add a region"
        )


@cache
def prices() -> Prices:
    return Prices.model_validate(yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader))


def prices_of(region: str) -> RegionPrices:
    """Raises NoPrices."""
    table = prices().regions
    if region not in table:
        raise NoPrices(region, sorted(table))
    return table[region]
