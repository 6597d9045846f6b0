"""Names in a hosted zone: the environment's and its services', each made and taken away by the stack that says it."""

from collections.abc import Iterator
from typing import Any

import pytest

from service_catalog import naming
from tests.e2e.platform import Platform, empty_platform

DOMAIN = "shop.example.com"


def records(platform: Platform, zone: str) -> set[tuple[str, str, str]]:
    """Name, which of several, and where it leads."""
    found = platform.aws.call("route53", "list_resource_record_sets", HostedZoneId=zone)["ResourceRecordSets"]
    return {
        (it["Name"].replace(r"\052", "*"), it.get("SetIdentifier", ""), it["AliasTarget"]["DNSName"])
        for it in found
        if "AliasTarget" in it
    }


@pytest.fixture
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, str]]:
    """Two services that share a host, and the id of the zone."""

    def at(*paths: str) -> Any:
        def expose(entry: dict[str, Any]) -> None:
            of_all = {"host": "pages.example.com", "paths": list(paths), "rules": [{"host": f"*.{DOMAIN}"}]}
            entry["exposure"] = {"audience": "public"} | (of_all if paths == ("/a",) else of_all | {"rules": []})
            entry["environments"]["local"].pop("exposure", None)

        return expose

    with empty_platform(tmp_path_factory.mktemp("names"), "search", "storefront") as empty:
        made = empty.aws.call("route53", "create_hosted_zone", Name="example.com", CallerReference="1")
        zone = made["HostedZone"]["Id"].rpartition("/")[2]
        arn = "arn:aws:acm:ap-northeast-1:000000000000:certificate/1"
        domain = {"name": DOMAIN, "certificate_arn": arn, "zone": {"id": zone, "name": "example.com"}}
        platform = empty.declare(domain=domain)
        platform.edit("search", at("/a"))
        platform.edit("storefront", at("/b"))
        platform.catalog.update_lock()
        yield platform, zone


def test_a_name_that_two_services_say_stays_while_one_of_them_does(named: tuple[Platform, str]) -> None:
    platform, zone = named
    assert {stack: it.ended for stack, it in platform.up().items() if it.status == "failed"} == {}
    environment = platform.gateways.provisioned.environment()
    assert environment
    balancer = environment.exports["public"]["load_balancer_dns_name"] + "."
    everything = {
        (f"{DOMAIN}.", "", balancer),
        ("pages.example.com.", "search", balancer),
        ("pages.example.com.", "storefront", balancer),
        (f"*.{DOMAIN}.", "search", balancer),
    }
    assert records(platform, zone) == everything
    assert platform.previews() == {}

    (platform.catalog.directory / "services" / "search.yaml").unlink()
    platform.catalog.update_lock()
    assert {stack: it.ended for stack, it in platform.up().items() if it.status == "failed"} == {}

    assert records(platform, zone) == {it for it in everything if it[1] != "search"}
    assert platform.catalog.service_names(naming.LOCAL) == ["storefront"]


def test_route_53_refuses_what_it_refuses_in_aws(named: tuple[Platform, str]) -> None:
    platform, zone = named

    def refused(name: str, **said: Any) -> str:
        record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}], **said}
        batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        try:
            platform.aws.call("route53", "change_resource_record_sets", HostedZoneId=zone, ChangeBatch=batch)
        except Exception as refusal:
            return str(refusal)
        return ""

    assert "not permitted in zone" in refused("shop.example.org")
    assert refused("a.example.com", SetIdentifier="one", Weight=1) == ""
    assert "another routing policy" in refused("a.example.com")
