"""How much of what AWS allows is used, and what to raise first. Read behind the pages: it asks AWS some thirty calls.

Limits are the account's own where it answers (Service Quotas, Elastic Load Balancing, IAM), else AWS's defaults, and
said to be.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import GatewayError, Unavailable
from service_catalog import naming
from service_catalog.messages import Message, say
from service_catalog.model import Environment

SUBNET_ADDRESSES = say("addresses of a subnet")
_KEPT_BY_AWS = 5
"""Addresses of each subnet"""
_USAGE_PERIOD = timedelta(minutes=5)


@dataclass(frozen=True)
class Quota:
    what: Message
    where: str
    """Which load balancer, subnet or cluster; empty for the account and region"""
    used: float | None
    """None where nobody tells"""
    limit: float | None
    is_default: bool
    """The limit is AWS's default: the account's own could not be read"""
    remedy: Message
    is_of_this_environment: bool = False
    """Of what counts against it, only this environment's is known"""

    @property
    def share(self) -> float:
        return self.used / self.limit if self.used and self.limit else 0.0


@dataclass(frozen=True)
class _Limit:
    """As Service Quotas has it."""

    service: str
    code: str
    default: float

    @property
    def remedy(self) -> Message:
        return say("ask for more in Service Quotas: %(service)s, %(code)s", service=self.service, code=self.code)


_SERVICES = _Limit("ecs", "L-9EF96962", 5000)
_FARGATE = _Limit("fargate", "L-3032A538", 6)
_FARGATE_SPOT = _Limit("fargate", "L-36FBB829", 6)
_ELASTIC_IPS = _Limit("ec2", "L-0263D0A3", 5)
_SECURITY_GROUPS = _Limit("vpc", "L-E79EC296", 2500)
_ROLES = _Limit("iam", "L-FE177D64", 1000)
_BALANCERS = _Limit("elasticloadbalancing", "L-53DA6B97", 50)
_TARGET_GROUPS = _Limit("elasticloadbalancing", "L-B22855CB", 3000)
_NETWORK_INTERFACES = _Limit("vpc", "L-DF5E4CA3", 5000)
_BALANCER_LIMITS: Mapping[str, float] = {
    "rules-per-application-load-balancer": 100,
    "target-groups-per-application-load-balancer": 100,
    "application-load-balancers": _BALANCERS.default,
    "target-groups": _TARGET_GROUPS.default,
}
"""AWS's defaults, by the names of Elastic Load Balancing"""
_MORE_BALANCERS = say(
    "services with a host of their own go to a further load balancer; others need another environment"
)
_WIDER_NETWORK = say("a wider `network.cidr`, or more zones; an environment that stands keeps its addresses")


class Quotas:
    def __init__(self, aws: Clients, environment: Environment, now: Callable[[], datetime]):
        self._aws, self._environment, self._now = aws, environment, now
        self._is_local = environment.name == naming.LOCAL

    def load_balancers(self, exports: Mapping[str, Any]) -> list[Quota]:
        """``exports``: what the environment's stack promises; it names its load balancers."""
        limits = self._balancer_limits()
        found = [quota for suffix in _balancers(exports) for quota in self._of_balancer(suffix, limits)]
        balancers = _items(
            self._aws.pages("elbv2", "describe_load_balancers", say("listing load balancers")), "LoadBalancers"
        )
        applications = sum(it["Type"] == "application" for it in balancers)
        groups = _items(
            self._aws.pages("elbv2", "describe_target_groups", say("listing target groups")), "TargetGroups"
        )
        limit, is_default = limits["application-load-balancers"]
        found.append(Quota(say("Application Load Balancers"), "", applications, limit, is_default, _BALANCERS.remedy))
        limit, is_default = limits["target-groups"]
        found.append(Quota(say("target groups"), "", len(groups), limit, is_default, _TARGET_GROUPS.remedy))
        return found

    def roles(self) -> list[Quota]:
        """IAM counts them for the whole account, and says what it allows."""
        said = self._aws.call("iam", "get_account_summary", say("counting roles"))["SummaryMap"]
        return [Quota(say("IAM roles"), "", said["Roles"], said["RolesQuota"], False, _ROLES.remedy)]

    def network(self, exports: Mapping[str, Any]) -> list[Quota]:
        found = list(self._subnets(exports))
        addresses = self._aws.call("ec2", "describe_addresses", say("counting addresses"))["Addresses"]
        found.append(self._quota(say("Elastic IPs"), len(addresses), _ELASTIC_IPS))
        groups = _items(
            self._aws.pages("ec2", "describe_security_groups", say("counting security groups")), "SecurityGroups"
        )
        found.append(self._quota(say("security groups"), len(groups), _SECURITY_GROUPS))
        if not self._is_local:
            doing = say("counting network interfaces")
            interfaces = _items(self._aws.pages("ec2", "describe_network_interfaces", doing), "NetworkInterfaces")
            found.append(self._quota(say("network interfaces"), len(interfaces), _NETWORK_INTERFACES))
        return found

    def services(self, count: int) -> list[Quota]:
        """``count``: those of the cluster."""
        cluster = naming.cluster(self._environment.name)
        return [self._quota(say("ECS services of the cluster"), count, _SERVICES, where=cluster)]

    def fargate(self, here: float, here_on_spot: float) -> list[Quota]:
        """``here``: vCPUs of this environment, where CloudWatch does not tell the account's."""
        used = self._fargate_use()
        return [
            self._quota(what, used.get(resource, mine), limit, is_of_this_environment=resource not in used)
            for what, resource, mine, limit in (
                (say("vCPUs on Fargate"), "Standard/OnDemand", here, _FARGATE),
                (say("vCPUs on Fargate Spot"), "Standard/Spot", here_on_spot, _FARGATE_SPOT),
            )
        ]

    # --- used ---

    def _of_balancer(self, suffix: str, limits: Mapping[str, tuple[float, bool]]) -> Iterator[Quota]:
        arn = self._environment.arn("elasticloadbalancing", f"loadbalancer/{suffix}")
        doing = say("reading load balancers")
        listeners = _items(self._aws.pages("elbv2", "describe_listeners", doing, LoadBalancerArn=arn), "Listeners")
        rules = [
            rule
            for it in listeners
            for rule in _items(
                self._aws.pages("elbv2", "describe_rules", doing, ListenerArn=it["ListenerArn"]), "Rules"
            )
        ]
        name = suffix.split("/")[1]
        limit, is_default = limits["rules-per-application-load-balancer"]
        used = sum(not rule["IsDefault"] for rule in rules)
        yield Quota(say("rules of a load balancer"), name, used, limit, is_default, _MORE_BALANCERS)
        limit, is_default = limits["target-groups-per-application-load-balancer"]
        groups = {group for rule in rules for group in _target_groups(rule)}
        yield Quota(say("target groups of a load balancer"), name, len(groups), limit, is_default, _MORE_BALANCERS)

    def _subnets(self, exports: Mapping[str, Any]) -> Iterator[Quota]:
        """Where tasks get their addresses."""
        ids = list(exports.get("task_subnet_ids", ()))
        if not ids or self._is_local:
            if ids:
                yield Quota(SUBNET_ADDRESSES, "", None, None, True, _LOCAL)
            return
        for subnet in self._aws.call("ec2", "describe_subnets", say("reading subnets"), SubnetIds=ids)["Subnets"]:
            size = IPv4Network(subnet["CidrBlock"]).num_addresses - _KEPT_BY_AWS
            where = f"{subnet['SubnetId']} ({subnet['CidrBlock']})"
            used = size - subnet["AvailableIpAddressCount"]
            yield Quota(SUBNET_ADDRESSES, where, used, size, False, _WIDER_NETWORK)

    def _fargate_use(self) -> dict[str, float]:
        """By class, as CloudWatch counts for the whole account; without those it tells nothing of."""
        if self._is_local:
            return {}
        classes = {"on_demand": "Standard/OnDemand", "spot": "Standard/Spot"}
        queries = [{"Id": id, "MetricStat": _usage(it)} for id, it in classes.items()]
        end = self._now()
        try:
            answer = self._aws.call(
                "cloudwatch",
                "get_metric_data",
                say("reading how much of Fargate is used"),
                MetricDataQueries=queries,
                StartTime=end - 3 * _USAGE_PERIOD,
                EndTime=end,
                ScanBy="TimestampDescending",
            )
        except Unavailable:
            raise
        except GatewayError:
            return {}
        return {classes[it["Id"]]: it["Values"][0] for it in answer["MetricDataResults"] if it["Values"]}

    # --- allowed ---

    def _quota(self, what: Message, used: float, limit: _Limit, **more: Any) -> Quota:
        allowed, is_default = self._allowed(limit)
        said = {"where": "", **more}
        return Quota(what, used=used, limit=allowed, is_default=is_default, remedy=limit.remedy, **said)

    def _allowed(self, limit: _Limit) -> tuple[float, bool]:
        """And whether that is AWS's default: what an account was never given more of is not always told, and the local
        cloud has no Service Quotas."""
        if self._is_local:
            return limit.default, True
        try:
            said = self._aws.call(
                "service-quotas",
                "get_service_quota",
                say("reading quotas"),
                ServiceCode=limit.service,
                QuotaCode=limit.code,
            )
        except Unavailable:
            raise
        except GatewayError:
            return limit.default, True
        return said["Quota"]["Value"], False

    def _balancer_limits(self) -> Mapping[str, tuple[float, bool]]:
        defaults = {name: (value, True) for name, value in _BALANCER_LIMITS.items()}
        try:
            said = _items(self._aws.pages("elbv2", "describe_account_limits", say("reading quotas")), "Limits")
        except Unavailable:
            raise
        except GatewayError:
            return defaults
        return defaults | {it["Name"]: (float(it["Max"]), False) for it in said if it["Name"] in defaults}


_LOCAL = say("the local cloud does not count them")


def _items(pages: Iterable[Mapping[str, Any]], member: str) -> list[dict[str, Any]]:
    return [it for page in pages for it in page[member]]


def _balancers(exports: Mapping[str, Any]) -> list[str]:
    """``app/<name>/<id>`` of each Application Load Balancer, each once."""
    suffixes = [it.get("load_balancer_arn_suffix", "") for it in exports.values() if isinstance(it, Mapping)]
    return [it for it in dict.fromkeys(suffixes) if it.startswith("app/")]


def _target_groups(rule: Mapping[str, Any]) -> Iterable[str]:
    for action in rule["Actions"]:
        forward = action.get("ForwardConfig", {}).get("TargetGroups", ())
        yield from (it["TargetGroupArn"] for it in forward)
        if "TargetGroupArn" in action:
            yield action["TargetGroupArn"]


def _usage(resource_class: str) -> dict[str, Any]:
    dimensions = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": resource_class}
    metric = {
        "Namespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    return {"Metric": metric, "Period": int(_USAGE_PERIOD.total_seconds()), "Stat": "Maximum"}
