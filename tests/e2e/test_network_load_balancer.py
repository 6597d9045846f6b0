"""A service that is reached by a port: whatever bytes come in at the Network Load Balancer reach its program."""

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from cli.local_platform.addresses import local_url
from service_catalog import naming
from tests.e2e.platform import Platform, empty_platform


@pytest.fixture(scope="module")
def behind_nlb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    def by(protocol: str, port: int) -> Callable[[dict[str, Any]], None]:
        def expose(entry: dict[str, Any]) -> None:
            here = {"via": "nlb", "audience": "public", "protocol": protocol, "listener_port": port, "paths": None}
            entry["environments"]["local"] |= {"exposure": here, "environment": {"UDP": "1"}, "discovery": "none"}

        return expose

    with empty_platform(tmp_path_factory.mktemp("nlb"), "search", "storefront") as empty:
        path = empty.catalog.directory / "environments" / "local.yaml"
        path.write_text(path.read_text() + yaml.safe_dump({"nlb": {"public": {"static_addresses": True}}}))
        empty.edit("search", by("tcp", 6379))
        empty.edit("storefront", by("udp", 5353))
        platform = Platform.over(empty.catalog, empty.cloud)
        platform.catalog.update_lock()
        found = platform.up()
        assert [result.ended for result in found.values() if result.status == "failed"] == []
        platform.seed()
        assert [platform.first_release(name).status for name in ("search", "storefront")] == ["succeeded"] * 2
        yield platform


def test_what_comes_in_at_the_port_reaches_the_program(behind_nlb: Platform) -> None:
    reach = behind_nlb.gateways.provisioned.all().readable["search"].reach
    assert reach
    assert (reach.namespace, urlsplit(reach.url).port) == ("AWS/NetworkELB", 6379)
    service = behind_nlb.catalog.service("search", naming.LOCAL)
    here = urlsplit(local_url(behind_nlb.cloud, service, reach.url, behind_nlb.gateways))

    with socket.create_connection((str(here.hostname), here.port or 0), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"ok")


def test_datagrams_go_to_the_program_and_back(behind_nlb: Platform) -> None:
    reach = behind_nlb.gateways.provisioned.all().readable["storefront"].reach
    assert reach
    assert (urlsplit(reach.url).scheme, urlsplit(reach.url).port) == ("udp", 5353)
    service = behind_nlb.catalog.service("storefront", naming.LOCAL)
    here = urlsplit(local_url(behind_nlb.cloud, service, reach.url, behind_nlb.gateways))
    assert here.scheme == "udp"

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(30)
        client.connect((str(here.hostname), here.port or 0))
        client.send(b"who is there?")
        assert client.recv(100) == b"WHO IS THERE?"


def test_its_addresses_stay_and_what_stands_is_what_is_asked_for(behind_nlb: Platform) -> None:
    environment = behind_nlb.gateways.provisioned.environment()
    assert environment
    assert len(environment.exports["public_nlb"]["addresses"]) == 2
    assert behind_nlb.previews() == {}
