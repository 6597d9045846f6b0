"""From where on another architecture costs less: EC2 than Fargate, endpoints than NAT, a NAT in each zone than one."""

from collections.abc import Iterator

from service_catalog.cost.prices import HOURS, RegionPrices, prices, prices_of
from service_catalog.endpoints import has_nat, has_public_tasks, interfaces
from service_catalog.messages import Message, say
from service_catalog.model import Environment

_FAMILY = "m6i"
_LARGE = (2, 8)
"""vCPU and GiB of an instance of that family and of size ``large``"""
_USUAL_ENDPOINTS = 5
"""What tasks ask of AWS without a NAT: ECR's two, logs, SSM and Secrets Manager"""


def break_evens(environment: Environment) -> list[Message]:
    """Raises NoPrices."""
    table = prices_of(environment.region)
    return [_ec2(table), *_endpoints(environment, table), *_nat_per_zone(environment, table)]


def _ec2(table: RegionPrices) -> Message:
    vcpu, gib = _LARGE
    price = table.fargate["x86_64"]
    fargate, instance = vcpu * price.vcpu_hour + gib * price.gib_hour, table.ec2_large_hour[_FAMILY]
    return say(
        "EC2 costs less than Fargate once tasks reserve more than %(percent)s %% of the instances "
        "(%(family)s.large at $%(instance)s an hour against $%(fargate)s for as much on Fargate)",
        percent=round(instance / fargate * 100),
        family=_FAMILY,
        instance=f"{instance:.3f}",
        fargate=f"{fargate:.3f}",
    )


def _endpoints(environment: Environment, table: RegionPrices) -> Iterator[Message]:
    """Of those that are declared, else of the usual ones."""
    network = environment.network
    if network.existing is not None or has_public_tasks(network):
        return
    endpoint, nat = table.interface_endpoint, table.nat_gateway
    count = len(interfaces(network)) or _USUAL_ENDPOINTS
    month = count * network.zones * endpoint.hour * HOURS
    if not has_nat(network):
        yield say(
            "%(count)s interface endpoints in %(zones)s zones cost $%(month)s a month in place of a NAT gateway at "
            "$%(nat)s a month and $%(gb)s for each GB, which would also lead to the internet",
            count=count,
            zones=network.zones,
            month=f"{month:.0f}",
            nat=f"{(nat.hour + prices().everywhere.public_address_hour) * HOURS:.0f}",
            gb=f"{nat.gb:.3f}",
        )
        return
    yield say(
        "%(count)s interface endpoints in %(zones)s zones cost $%(month)s a month and pay from %(gb)s GB a month to "
        "AWS's own services on, which then no longer pass the NAT",
        count=count,
        zones=network.zones,
        month=f"{month:.0f}",
        gb=f"{month / (nat.gb - endpoint.gb):,.0f}",
    )


def _nat_per_zone(environment: Environment, table: RegionPrices) -> Iterator[Message]:
    network = environment.network
    if not has_nat(network):
        return
    further = (network.zones - 1) * (table.nat_gateway.hour + prices().everywhere.public_address_hour) * HOURS
    yield say(
        "a NAT gateway in each zone costs $%(month)s a month more than one, and pays by its bytes alone from "
        "%(gb)s GB a month between zones on; it is there so that no zone hangs on another",
        month=f"{further:.0f}",
        gb=f"{further / prices().everywhere.between_zones_gb:,.0f}",
    )
