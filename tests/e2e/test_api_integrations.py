"""An API that leads past the load balancer: to the tasks that Cloud Map lists, and to a port of the internal NLB."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from cli.local_platform.addresses import local_url
from service_catalog import naming
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
        path = empty.catalog.directory / "environments" / "local.yaml"
        path.write_text(path.read_text() + yaml.safe_dump({"api": {}, "nlb": {"internal": {}}}))
        in_dns = {"discovery": "cloud-map", "cloud_map": {"records": ["SRV"]}, "health": {"path": None}}
        empty.edit("search", by("cloud-map", "/search", **in_dns, alarms=None))
        empty.edit("storefront", by("nlb", "/*", alarms=None))
        platform = Platform.over(empty.catalog, empty.cloud)
        platform.catalog.update_lock()
        assert [it.ended for it in platform.up().values() if it.status == "failed"] == []
        platform.seed()
        assert [platform.first_release(name).status for name in SERVICES] == ["succeeded"] * 2
        yield platform


def url(platform: Platform, service: str) -> str:
    reach = platform.gateways.provisioned.read(service).reach
    assert reach
    return local_url(platform.cloud, platform.catalog.service(service, naming.LOCAL), reach.url, platform.gateways)


def test_requests_reach_the_tasks_without_a_rule_at_a_load_balancer(straight: Platform) -> None:
    assert "api" not in (straight.catalog.directory / "lock.yaml").read_text().partition("local:")[2]
    for service in SERVICES:
        status, body = get(url(straight, service))
        assert (status, f'"{service}"' in body) == (200, True), body


def test_what_stands_is_what_is_asked_for(straight: Platform) -> None:
    assert straight.previews() == {}
    assert {it.status for it in straight.up().values()} == {"unchanged"}


def test_tasks_that_do_not_let_the_link_in_are_not_reached(straight: Platform) -> None:
    groups = straight.service("search")["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    of_tasks = [{"Name": "group-id", "Values": groups}]
    rules = straight.aws.call("ec2", "describe_security_group_rules", Filters=of_tasks)["SecurityGroupRules"]
    [rule] = [it for it in rules if it.get("Description") == "Requests from the api"]
    assert get(url(straight, "search"))[0] == 200

    straight.aws.call(
        "ec2",
        "revoke_security_group_ingress",
        GroupId=rule["GroupId"],
        SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]],
    )

    assert get(url(straight, "search"))[0] == 503
