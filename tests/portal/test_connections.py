"""What the page of a service says of its neighbours."""

import shutil

import pytest

from tests.portal.conftest import ORDERS
from tests.portal.reading import plain, text_of

PAYMENTS = ORDERS.replace("orders", "payments") + "discovery: service-connect\n"
FOUND = {"address": "payments-api:8080", "callers_group": "sg-1"}


@pytest.fixture
def payments(catalog):
    path = catalog.directory / "services"
    (path / "payments-api.yaml").write_text(PAYMENTS)
    (path / "orders-api.yaml").write_text(ORDERS + "connects_to: [payments-api]\n")
    catalog.update_lock()
    return catalog.service("payments-api", "local")


def page(client, service):
    return plain(text_of(client, f"/local/services/{service}"))


def test_a_service_that_is_found_shows_its_name_and_who_calls_it(client, local, payments):
    local.push("payments-api", "1.0.0")
    local.provision(payments, found=FOUND)

    assert "Connections Found as payments-api:8080 Called by orders-api" in page(client, "payments-api")
    assert 'href="/local/services/orders-api"' in text_of(client, "/local/services/payments-api")


def test_a_caller_shows_whom_it_calls_and_who_does_not_let_it_in_yet(client, local, catalog, payments):
    caller = catalog.service("orders-api", "local")
    local.provision(caller, connections={"payments-api": None})
    assert "Connections Calls payments-api (not let in yet)" in page(client, "orders-api")


@pytest.mark.parametrize(("group", "is_let_in"), [("sg-1", True), ("sg-of-before", False)])
def test_who_has_a_rule_in_the_group_of_now_is_let_in(client, local, catalog, payments, group, is_let_in):
    local.provision(payments, found=FOUND)
    local.provision(catalog.service("orders-api", "local"), connections={"payments-api": group})
    said = page(client, "orders-api")
    assert "Connections Calls payments-api" in said
    assert ("not let in yet" not in said) == is_let_in


def test_a_catalog_that_is_gone_does_not_take_the_page_away(client, local, catalog, payments):
    local.provision(payments, found=FOUND)
    assert "Called by orders-api" in page(client, "payments-api")
    shutil.rmtree(catalog.directory / "services")
    assert "Connections Found as payments-api:8080" in page(client, "payments-api")


def test_a_service_that_nobody_finds_and_that_calls_nobody_has_no_such_panel(client, running):
    assert "Connections" not in page(client, "orders-api")
