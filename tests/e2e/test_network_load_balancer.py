"""A service that is reached by a port: whatever bytes come in at the Network Load Balancer reach its program."""

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.platform import Platform, empty_platform


@pytest.fixture(scope="module")
def behind_nlb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    def by(protocol: str, port: int) -> Callable[[dict[str, Any]], None]:
        def expose(entry: dict[str, Any]) -> None:
            here = {"via": "nlb", "audience": "public", "protocol": protocol, "listener_port": port, "paths": None}
            entry["environments"]["local"] |= {"exposure": here, "environment": {"UDP": "1"}, "discovery": "none"}

        return expose

    with empty_platform(tmp_path_factory.mktemp("nlb"), "search", "storefront") as empty:
        platform = empty.declare(nlb={"public": {"static_addresses": True}})
        platform.edit("search", by("tcp", 6379))
        platform.edit("storefront", by("udp", 5353))
        platform.first_releases()
        yield platform


def test_what_comes_in_at_the_port_reaches_the_program(behind_nlb: Platform) -> None:
    reach = behind_nlb.gateways.provisioned.all().readable["search"].reach
    assert reach
    assert (reach.namespace, urlsplit(reach.url).port) == ("AWS/NetworkELB", 6379)
    here = urlsplit(behind_nlb.url("search"))

    with socket.create_connection((str(here.hostname), here.port or 0), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"ok")


def test_datagrams_go_to_the_program_and_back(behind_nlb: Platform) -> None:
    reach = behind_nlb.gateways.provisioned.all().readable["storefront"].reach
    assert reach
    assert (urlsplit(reach.url).scheme, urlsplit(reach.url).port) == ("udp", 5353)
    here = urlsplit(behind_nlb.url("storefront"))
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
