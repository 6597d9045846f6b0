"""What an account and its network hold and were billed for, as far as the platform page tells of it, and how much AWS
allows of it."""

from datetime import date, timedelta
from typing import Any

from tests.fake_aws.service import AwsService, next_page, page, refused


class LoadBalancers(AwsService):
    name = "elbv2"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.rules: dict[str, int] = {}
        """Of each application load balancer, by ``app/<name>/<id>``; each forwards to a target group of its own"""
        self.limits: dict[str, str] = {}

    def describe_load_balancers(self) -> dict[str, Any]:
        found = [{"LoadBalancerArn": self._arn("loadbalancer", it), "Type": "application"} for it in self.rules]
        return {"LoadBalancers": found}

    def describe_listeners(self, LoadBalancerArn: str) -> dict[str, Any]:
        return {"Listeners": [{"ListenerArn": LoadBalancerArn.replace(":loadbalancer/", ":listener/")}]}

    def describe_rules(self, ListenerArn: str) -> dict[str, Any]:
        suffix = ListenerArn.partition(":listener/")[2]
        groups = [self._arn("targetgroup", f"{suffix}-{it}") for it in range(self.rules[suffix])]
        rules = [{"IsDefault": False, "Actions": [{"Type": "forward", "TargetGroupArn": it}]} for it in groups]
        return {"Rules": [*rules, {"IsDefault": True, "Actions": [{"Type": "fixed-response"}]}]}

    def describe_target_groups(self) -> dict[str, Any]:
        return {"TargetGroups": [{"TargetGroupName": "x"} for count in self.rules.values() for _ in range(count)]}

    def describe_account_limits(self) -> dict[str, Any]:
        return {"Limits": [{"Name": name, "Max": most} for name, most in self.limits.items()]}

    def _arn(self, kind: str, name: str) -> str:
        return self.aws.arn("elasticloadbalancing", f"{kind}/{name}")


class Iam(AwsService):
    name = "iam"
    roles = 25

    def get_account_summary(self) -> dict[str, Any]:
        return {"SummaryMap": {"Roles": self.roles, "RolesQuota": 1000}}


class Ec2(AwsService):
    name = "ec2"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.free: dict[str, int] = {}
        """Addresses by subnet, each a /24"""

    def describe_subnets(self, SubnetIds: list[str]) -> dict[str, Any]:
        found = [
            {"SubnetId": it, "CidrBlock": "10.0.1.0/24", "AvailableIpAddressCount": self.free[it]} for it in SubnetIds
        ]
        return {"Subnets": found}

    def describe_addresses(self) -> dict[str, Any]:
        return {"Addresses": [{"PublicIp": "203.0.113.7"}]}

    def describe_security_groups(self) -> dict[str, Any]:
        return {"SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]}

    def describe_network_interfaces(self) -> dict[str, Any]:
        return {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]}


class ServiceQuotas(AwsService):
    name = "service-quotas"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.values: dict[str, float] = {}
        """By code; of others nothing is told"""

    def get_service_quota(self, ServiceCode: str, QuotaCode: str) -> dict[str, Any]:
        if QuotaCode not in self.values:
            raise refused("NoSuchResourceException", "The request failed because the specified quota does not exist")
        return {"Quota": {"QuotaCode": QuotaCode, "Value": self.values[QuotaCode]}}


class Acm(AwsService):
    name = "acm"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.certificates: dict[str, dict[str, Any]] = {}

    def describe_certificate(self, CertificateArn: str) -> dict[str, Any]:
        if CertificateArn not in self.certificates:
            raise refused("ResourceNotFoundException", "Could not find certificate")
        return {"Certificate": {"CertificateArn": CertificateArn, **self.certificates[CertificateArn]}}


class CostExplorer(AwsService):
    name = "ce"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.billed: dict[str, dict[str, float]] = {}
        """By month, such as ``2026-11``, what each service cost; under no name what is tagged as no service's"""
        self.groups_at_once = 100

    def get_cost_and_usage(
        self, TimePeriod: dict[str, str], NextPageToken: str | None = None, **_: Any
    ) -> dict[str, Any]:
        """Each month up to the end that is asked for; the newest is open."""
        spans = _months(TimePeriod["Start"], TimePeriod["End"])
        found = [
            (start, end, service, amount)
            for start, end in spans
            for service, amount in self.billed.get(start[:7], {}).items()
        ]
        some, token = page(found, NextPageToken, self.groups_at_once)
        results = [
            {
                "TimePeriod": {"Start": start, "End": end},
                "Groups": [_group(service, amount) for begin, _, service, amount in some if begin == start],
                "Estimated": (start, end) == spans[-1],
            }
            for start, end in spans
        ]
        return {"ResultsByTime": results, **next_page("NextPageToken", token)}


def _months(start: str, end: str) -> list[tuple[str, str]]:
    """AWS tells of months, the last of which ends where the question does."""
    begin, last = date.fromisoformat(start), date.fromisoformat(end)
    found = []
    while begin < last:
        after = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((begin.isoformat(), min(after, last).isoformat()))
        begin = after
    return found


def _group(service: str, amount: float) -> dict[str, Any]:
    cost = {"Amount": str(amount), "Unit": "USD"}
    return {"Keys": [f"slipway:service${service}"], "Metrics": {"UnblendedCost": cost}}
