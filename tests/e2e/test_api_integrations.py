"""An API that leads past the load balancer: to the tasks that Cloud Map lists, and to a port of the internal NLB."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.platform import Platform, empty_platform
from tests.local_cloud.test_load_balancers import get

SERVICES = ("search", "storefront")


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    def by(integration: str, path: str, **says: Any) -> Callable[[dict[str, Any]], None]:
        def expose(entry: dict[str, Any]) -> None:
            here = {"via": "api-gateway", "audience": "public", "paths": [path], "integration": integration}
            entry["environments"]["local"] |= {"exposure": here, "discovery": "none"} | says

        return expose

    with empty_platform(tmp_path_factory.mktemp("straight"), *SERVICES) as empty:
        platform = empty.declare(api={}, nlb={"internal": {}})
        in_dns = {"discovery": "cloud-map", "cloud_map": {"records": ["SRV"]}, "health": {"path": None}}
        platform.edit("search", by("cloud-map", "/search", **in_dns, alarms=None))
        platform.edit("storefront", by("nlb", "/*", alarms=None))
        platform.first_releases()
        yield platform


def test_requests_reach_the_tasks_without_a_rule_at_a_load_balancer(straight: Platform) -> None:
    assert "api" not in (straight.catalog.directory / "lock.yaml").read_text().partition("local:")[2]
    for service in SERVICES:
        status, body = get(straight.url(service))
        assert (status, f'"{service}"' in body) == (200, True), body


def test_what_stands_is_what_is_asked_for(straight: Platform) -> None:
    assert straight.previews() == {}
    assert {it.status for it in straight.up().values()} == {"unchanged"}


def test_tasks_that_do_not_let_the_link_in_are_not_reached(straight: Platform) -> None:
    groups = straight.service("search")["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    of_tasks = [{"Name": "group-id", "Values": groups}]
    rules = straight.aws.call("ec2", "describe_security_group_rules", Filters=of_tasks)["SecurityGroupRules"]
    [rule] = [it for it in rules if it.get("Description") == "Requests from the api"]
    assert get(straight.url("search"))[0] == 200

    straight.aws.call(
        "ec2",
        "revoke_security_group_ingress",
        GroupId=rule["GroupId"],
        SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]],
    )

    assert get(straight.url("search"))[0] == 503
