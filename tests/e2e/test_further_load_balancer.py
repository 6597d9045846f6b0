"""A load balancer that is full: the host of the next service leads to a second one, which the environment makes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service_catalog import naming
from tests.e2e.platform import Platform, empty_platform
from tests.local_cloud.test_load_balancers import get

SERVICES = ("search", "storefront")


@pytest.fixture(scope="module")
def of_two_hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    def at(host: str) -> Callable[[dict[str, Any]], None]:
        def expose(entry: dict[str, Any]) -> None:
            entry["exposure"] = {"audience": "public", "host": host}
            entry["environments"]["local"].pop("exposure", None)

        return expose

    with empty_platform(tmp_path_factory.mktemp("further"), *SERVICES) as empty:
        platform = empty.declare(load_balancers={"further_after": 1})
        for name in SERVICES:
            platform.edit(name, at(f"{name}.example.com"))
        (empty.catalog.directory / "lock.yaml").unlink()
        platform.first_releases()
        yield platform


def test_each_host_is_answered_by_the_load_balancer_on_which_its_service_stands(of_two_hosts: Platform) -> None:
    assert of_two_hosts.catalog.further_load_balancers(naming.LOCAL) == ("public-2",)
    ports = {name: of_two_hosts.url(name).split("/")[2].rpartition(":")[2] for name in SERVICES}

    assert ports["search"] != ports["storefront"]
    for name, other in (SERVICES, reversed(SERVICES)):
        address = f"http://{name}.example.com.localhost"
        assert of_two_hosts.url(name).startswith(address)
        assert get(of_two_hosts.url(name))[0] == 200
        assert get(f"{address}:{ports[other]}/")[0] == 404


def test_what_stands_is_what_is_asked_for_and_nobody_runs_again(of_two_hosts: Platform) -> None:
    assert of_two_hosts.previews() == {}
    assert {it.status for it in of_two_hosts.up().values()} == {"unchanged"}


def test_it_goes_once_nobody_stands_there_and_its_line_is_gone(of_two_hosts: Platform) -> None:
    def balancers() -> int:
        return len(of_two_hosts.aws.call("elbv2", "describe_load_balancers")["LoadBalancers"])

    catalog, lock = of_two_hosts.catalog, of_two_hosts.catalog.directory / "lock.yaml"
    (catalog.directory / "services" / "storefront.yaml").unlink()
    catalog.update_lock()
    assert {it.status for it in of_two_hosts.up().values()} == {"unchanged", "done"}
    assert [where for where, _, _ in catalog.left_slots() if where == naming.LOCAL] == []
    assert (catalog.further_load_balancers(naming.LOCAL), balancers()) == (("public-2",), 3)

    lock.write_text(lock.read_text().replace("  public-2: {}\n", ""))
    assert catalog.problems() == []
    assert of_two_hosts.up()["local"].status == "done"

    assert (balancers(), of_two_hosts.previews()) == (2, {})
    assert get(of_two_hosts.url("search"))[0] == 200
