"""What is used of what an account in AWS allows; the local cloud's is told by the portal's own tests."""

import pytest

from runtime.aws.errors import Throttled
from tests.fake_aws.service import refused

EXPORTS = {
    "public": {"load_balancer_arn_suffix": "app/alb-dev-pub-1/2"},
    "public-2": {"load_balancer_arn_suffix": "app/alb-dev-pub-2/3"},
    "public_nlb": {"load_balancer_arn_suffix": "net/nlb-dev-pub/4"},
    "task_subnet_ids": ["subnet-a", "subnet-b"],
}


def told(quotas):
    return {(str(it.what), it.where): (it.used, it.limit, it.is_default) for it in quotas}


def test_each_load_balancer_of_rules_is_counted_by_itself(dev):
    dev.aws.elb.rules = {"app/alb-dev-pub-1/2": 3, "app/alb-dev-pub-2/3": 1, "app/of-others/9": 7}
    dev.aws.elb.limits = {"rules-per-application-load-balancer": "200", "target-groups": "3000"}

    found = told(dev.gateways.quotas.load_balancers(EXPORTS))

    assert found["rules of a load balancer", "alb-dev-pub-1"] == (3, 200, False)
    assert found["rules of a load balancer", "alb-dev-pub-2"] == (1, 200, False)
    assert found["target groups of a load balancer", "alb-dev-pub-1"] == (3, 100, True)
    assert found["Application Load Balancers", ""] == (3, 50, True)
    assert found["target groups", ""] == (11, 3000, False)


def test_addresses_are_counted_in_each_subnet_of_tasks(dev):
    dev.aws.ec2.free = {"subnet-a": 251, "subnet-b": 11}
    dev.aws.quotas.values = {"L-0263D0A3": 20.0}

    found = told(dev.gateways.quotas.network(EXPORTS))

    assert found["addresses of a subnet", "subnet-a (10.0.1.0/24)"] == (0, 251, False)
    assert found["addresses of a subnet", "subnet-b (10.0.1.0/24)"] == (240, 251, False)
    assert found["network interfaces", ""] == (1, 5000, True)
    assert found["Elastic IPs", ""] == (1, 20, False)


def test_fargate_is_told_of_the_account_where_cloudwatch_counts_it(dev):
    usage = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": "Standard/OnDemand"}
    dev.aws.cloudwatch.measures("AWS/Usage", "ResourceCount", usage, [40.0, None])
    dev.aws.quotas.values = {"L-3032A538": 100.0}

    on_demand, spot = dev.gateways.quotas.fargate(2.5, 0.5)

    assert (on_demand.used, on_demand.limit, on_demand.is_default, on_demand.is_of_this_environment) == (
        40.0,
        100.0,
        False,
        False,
    )
    assert (spot.used, spot.limit, spot.is_default, spot.is_of_this_environment) == (0.5, 6, True, True)


def test_a_throttled_quota_is_no_reason_to_tell_of_defaults(dev):
    dev.aws.refusals["service-quotas.get_service_quota"] = refused("TooManyRequestsException")

    with pytest.raises(Throttled):
        dev.gateways.quotas.services(3)
