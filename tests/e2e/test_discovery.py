"""Services of the sample catalog call each other by name on the local cloud, in one run of ``slipway up``."""

import http.client
import json
from typing import Any

import pytest

from service_catalog import naming
from tests.e2e.platform import Platform

SERVICES = ("orders-api", "payments", "storefront")


def heard(platform: Platform, service: str, setting: str = "PAYMENTS_URL") -> str:
    """What a task of a web service hears from the address in one of its settings."""
    cluster = naming.cluster(naming.LOCAL)
    arns = platform.aws.call("ecs", "list_tasks", cluster=cluster, serviceName=service)["taskArns"]
    [task, *_] = platform.aws.call("ecs", "describe_tasks", cluster=cluster, tasks=arns)["tasks"]
    [address] = [it["value"] for it in task["attachments"][0]["details"] if it["name"] == "privateIPv4Address"]
    port = platform.catalog.service(service, naming.LOCAL).port
    connection = http.client.HTTPConnection(address, port, timeout=60)
    connection.request("GET", "/", headers={"Accept": "application/json"})
    answer: dict[str, Any] = json.load(connection.getresponse())
    connection.close()
    return str(answer["calls"][setting])


@pytest.fixture(scope="module")
def released(platform: Platform) -> Platform:
    """Orders calls payments by the name that it has in every environment; so does the storefront, undeclared."""
    platform.save_env("storefront", "PAYMENTS_URL=http://payments:8080\nORDERS_URL=http://orders\n")
    for service in SERVICES:
        assert platform.first_release(service).status == "succeeded"
    return platform


def test_a_declared_caller_gets_the_answer_and_still_does_after_a_release_of_the_called_one(released: Platform) -> None:
    assert "PAYMENTS_URL=http://payments:8080" in released.newest_env("orders-api")
    assert heard(released, "orders-api") == "payments 1.0.0"

    assert released.release("payments", image="1.1.0").status == "succeeded"

    assert heard(released, "orders-api") == "payments 1.1.0"
    assert released.previews() == {}


def test_a_called_one_whose_requests_are_shifted_answers_by_the_version_that_gets_them(released: Platform) -> None:
    def blue_green(entry: dict[str, Any]) -> None:
        entry["deployment"] = {"strategy": "blue-green", "bake_minutes": 0}
        entry["environments"]["local"].pop("deployment", None)

    released.edit("payments", blue_green)
    assert {result.status for result in released.up().values()} <= {"done", "unchanged"}
    assert heard(released, "orders-api") == "payments 1.1.0"

    assert released.release("payments", image="1.0.0").status == "succeeded"

    assert heard(released, "orders-api") == "payments 1.0.0"
    assert released.previews() == {}


def test_who_connects_to_nobody_does_not_even_know_the_name(released: Platform) -> None:
    assert "not known" in heard(released, "storefront")


def test_who_connects_to_others_knows_the_name_and_is_not_let_in(released: Platform) -> None:
    alias = {"alias": "orders", "port": 80}
    released.edit("orders-api", lambda entry: entry.update(discovery="service-connect", service_connect=alias))
    released.edit("storefront", lambda entry: entry.update(connects_to=["orders-api"]))
    done = released.up()

    assert {result.status for result in done.values()} <= {"done", "unchanged"}
    assert heard(released, "storefront").startswith("503: upstream connect error")
    assert heard(released, "storefront", "ORDERS_URL").startswith("orders-api ")

    released.edit("storefront", lambda entry: entry.update(connects_to=["orders-api", "payments"]))
    assert set(released.up("storefront")) == {"local", "local.storefront"}
    assert heard(released, "storefront").startswith("payments ")


def test_found_by_dns_it_has_its_name_in_the_namespace(released: Platform) -> None:
    released.edit("payments", lambda entry: entry.update(discovery="cloud-map"))
    done = released.up()
    assert {result.status for result in done.values()} <= {"done", "unchanged"}, done
    saved = released.save_env("orders-api", "PAYMENTS_URL=http://payments.slipway.internal:8080\n")

    assert released.release("orders-api", env={"app": saved}).status == "succeeded"

    assert heard(released, "orders-api").startswith("payments ")
    assert released.previews() == {}
    assert {result.status for result in released.up().values()} == {"unchanged"}
