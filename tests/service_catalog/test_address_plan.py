from ipaddress import IPv4Network

import pytest

from service_catalog.address_plan import ZONES_MAX, private_cidrs, public_cidrs


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "10.20.4.0/22", "10.20.4.0/24"])
def test_no_two_subnets_overlap_and_all_lie_inside(cidr):
    parts = [IPv4Network(part) for part in private_cidrs(cidr, ZONES_MAX) + public_cidrs(cidr, ZONES_MAX)]
    assert all(part.subnet_of(IPv4Network(cidr)) for part in parts)
    assert not any(one.overlaps(other) for one in parts for other in parts if one is not other)


def test_a_zone_more_moves_nobody():
    assert private_cidrs("10.20.0.0/16", 3)[:2] == private_cidrs("10.20.0.0/16", 2)
    assert public_cidrs("10.20.0.0/16", 3)[:2] == public_cidrs("10.20.0.0/16", 2)


def test_the_smallest_network_gives_subnets_that_load_balancers_take():
    assert IPv4Network(public_cidrs("10.20.0.0/24", 2)[0]).prefixlen <= 27
