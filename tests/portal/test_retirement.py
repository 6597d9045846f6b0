"""A service leaves the catalog, and what is in AWS goes with its stack."""

import sys
from dataclasses import replace

import pytest

from portal import create_app
from portal.provisioning import is_retirement
from service_catalog import naming
from tests.portal.conftest import ORDERS, Poster
from tests.portal.reading import plain, text_of
from tests.portal.test_provisioning import WAITS_FOR_EVER

PAGE = "/local/services/orders-api"
RETIRE = f"{PAGE}/settings/retire"
MEANT = {"name": "orders-api", "base": ORDERS}
SAYS_ITS_ARGUMENTS = (sys.executable, "-c", "import sys; print(*sys.argv[1:])", "{environment}", "{service}")


@pytest.fixture
def app(settings, catalog, running, connect, compiled_templates):
    app = create_app(replace(settings, provision_command=SAYS_ITS_ARGUMENTS), catalog, connect)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    app.extensions["slipway"].close()


def test_what_goes_and_what_stays_is_told_first(client):
    page = plain(text_of(client, RETIRE))

    assert "The ECS service, with 2 running tasks" in page
    goes, _, stays = page.partition("What stays")
    assert "Its history: releases, env file versions and the audit trail" in stays
    assert f"Its log groups, each line until its retention ends: {naming.log_group('local', 'orders-api')}" in stays
    assert "og group" not in goes.partition("What goes")[2]


def test_nothing_happens_until_its_name_is_typed(post, catalog):
    refused = post(RETIRE, RETIRE, **MEANT | {"name": "orders"})

    assert refused.status_code == 422
    assert "Nothing was changed. Type orders-api to say that you mean it." in plain(refused.text)
    assert catalog.entry_text("orders-api") == ORDERS


def test_its_entry_leaves_the_catalog_and_its_stack_is_destroyed(app, post, catalog, running):
    answer = post(RETIRE, RETIRE, **MEANT, why="Sales took over")
    provisioning = app.extensions["slipway"].provisioning
    provisioning.wait("local", "orders-api")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert catalog.service_names("local") == []
    assert [service for _environment, service, _slots in catalog.left_slots()] == ["orders-api"]
    run = provisioning.run("local", "orders-api")
    assert is_retirement(run)
    assert run.lines == ({"text": "local orders-api --yes"},)
    [act] = running.gateways.audit.newest("orders-api", 1)
    assert (act.entry.action, act.entry.why, act.entry.about) == (
        "retire",
        "Sales took over",
        {"owner": "team-commerce", "environments": ["local"]},
    )


def test_a_service_that_is_gone_before_its_run_ended_is_told_to_be_leaving(settings, catalog, running, connect):
    app = create_app(replace(settings, provision_command=WAITS_FOR_EVER), catalog, connect)
    client = app.test_client()
    Poster(client)(RETIRE, RETIRE, **MEANT)
    running.provisioner.tear_down("orders-api")

    page = text_of(client, PAGE)

    assert "orders-api is leaving local" in plain(page)
    assert 'data-every="1"' in page
    app.extensions["slipway"].close()


def test_what_was_destroyed_is_told_where_it_stood(post, running):
    post(RETIRE, RETIRE, **MEANT)
    post.client.application.extensions["slipway"].provisioning.wait("local", "orders-api")
    running.provisioner.tear_down("orders-api")

    page = plain(text_of(post.client, PAGE))

    assert "orders-api is gone from local" in page
    assert post.client.get("/local/services/another").status_code == 404


def test_another_environment_keeps_it(post, catalog):
    text = ORDERS.replace("{ local: {} }", "\n  # ours\n  local: {}\n  # theirs\n  dev: { tasks: { min: 1 } }")
    catalog.replace("orders-api", text, ORDERS)

    answer = post(RETIRE, RETIRE, **MEANT | {"base": text})

    assert answer.status_code == 303
    assert catalog.entry_text("orders-api") == text.replace("  local: {}\n", "")
    assert (catalog.service_names("local"), catalog.service_names("dev")) == ([], ["orders-api"])


def test_it_may_leave_everywhere(post, catalog):
    text = ORDERS.replace("{ local: {} }", "{ local: {}, dev: {} }")
    catalog.replace("orders-api", text, ORDERS)

    post(RETIRE, RETIRE, **MEANT | {"base": text}, scope="everywhere")

    assert catalog.service_names("dev") == []


def test_an_entry_that_changed_meanwhile_is_looked_at_again(post, catalog):
    catalog.replace("orders-api", ORDERS + "# theirs\n", ORDERS)

    refused = post(RETIRE, RETIRE, **MEANT)

    assert refused.status_code == 409
    assert "Somebody changed its entry since this page was opened." in plain(refused.text)
    assert catalog.service_names("local") == ["orders-api"]


def test_what_others_call_is_refused_with_who_does(post, catalog):
    called = ORDERS + "discovery: service-connect\n"
    shop = ORDERS.replace("orders-api", "shop").replace("/orders", "/shop") + "connects_to: [orders-api]\n"
    catalog.replace("orders-api", called, ORDERS)
    catalog.add("shop", shop)

    refused = post(RETIRE, RETIRE, **MEANT | {"base": called})

    assert refused.status_code == 422
    assert "services/shop.yaml" in plain(refused.text)
    assert "orders-api" in catalog.service_names("local")


def test_what_left_the_catalog_in_git_is_retired_to_its_end_from_its_page(app, post, catalog):
    catalog.remove("orders-api", ORDERS)

    page = text_of(post.client, PAGE)
    settings = post.client.get(f"{PAGE}/settings")
    post(RETIRE, RETIRE, name="orders-api", base="")
    app.extensions["slipway"].provisioning.wait("local", "orders-api")

    assert f'href="{RETIRE}">Finish its retirement…' in page
    assert settings.location == RETIRE
    assert is_retirement(app.extensions["slipway"].provisioning.run("local", "orders-api"))


def test_where_the_portal_may_not_provision_the_page_says_what_to_run(settings, catalog, running, connect):
    app = create_app(replace(settings, provisions=frozenset()), catalog, connect)
    post = Poster(app.test_client())

    post(RETIRE, RETIRE, **MEANT)

    assert "slipway up local orders-api" in plain(text_of(post.client, PAGE))
    assert app.extensions["slipway"].provisioning.run("local", "orders-api") is None
    app.extensions["slipway"].close()
