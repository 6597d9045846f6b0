"""Whose a new entry may be, and a name that others had before."""

import pytest

from tests.fake_aws.service import refused as refused_by_aws
from tests.portal.conftest import ORDERS
from tests.portal.people import OTHER, OWNER, PLATFORM, Chosen
from tests.portal.reading import plain, text_of
from tests.portal.registration.stock import NEW, STOCK, problem


def test_owner_is_ones_own_team_and_no_other_is_accepted(app, post):
    app.extensions["slipway"].who = Chosen(OTHER)
    page = text_of(post.client, NEW)

    refused = post(NEW, NEW, **STOCK, do="register")

    assert 'name="owner" value="team-search"' in page
    assert problem(refused.text, "owner") == (
        "'team-commerce' is none of your teams; take team-search, or ask the platform team"
    )


def test_what_is_still_in_aws_is_taken_over_by_its_name_by_nobody_else(app, post, running, catalog):
    catalog.remove("orders-api", catalog.entry_text("orders-api"))
    text_of(post.client, "/local/services")  # as the list has it
    app.extensions["slipway"].who = Chosen(OTHER)

    refused = post(NEW, NEW, **(STOCK | {"name": "orders-api", "owner": "team-search"}), do="register")

    assert problem(refused.text, "name") == (
        "orders-api is still in AWS, in local; take another name, or ask 'team-commerce' or the platform team"
    )


@pytest.fixture
def gone(app, running, catalog):
    """orders-api was destroyed: its releases and env files are still there."""
    catalog.remove("orders-api", catalog.entry_text("orders-api"))
    running.provisioner.tear_down("orders-api")
    app.extensions["slipway"].who = who = Chosen(OTHER)
    return who


TAKEN = STOCK | {"name": "orders-api", "exposure.paths": "/stock"}
OURS = TAKEN | {"owner": "team-search"}


def test_the_history_of_a_destroyed_service_becomes_no_other_teams_by_its_name(post, gone, catalog):
    typed = post(NEW, NEW, **OURS, do="known")
    checked = post(NEW, NEW, **OURS, do="check")
    refused = post(NEW, NEW, **OURS, do="register")

    told = (
        "local has env files and releases of an earlier orders-api, which would become yours; "
        "take another name, or let 'team-commerce' or the platform team register it"
    )
    assert "would become yours: take another name" in plain(typed.text)
    assert "No service is called" not in typed.text
    assert (problem(checked.text, "name"), problem(refused.text, "name")) == (told, told)
    assert (refused.status_code, catalog.service_names("local")) == (422, [])


@pytest.mark.parametrize(
    ("person", "typed"), [(OWNER, TAKEN), (PLATFORM, OURS)], ids=["its earlier team", "the platform team"]
)
def test_its_earlier_team_and_the_platform_team_register_it_again(post, gone, catalog, person, typed):
    gone.now = person

    assert post(NEW, NEW, **typed, do="register").status_code == 303
    assert catalog.service_names("local") == ["orders-api"]


def test_a_history_is_whose_the_entry_was_last(post, gone, running):
    running.aws.passes(minutes=1)
    running.gateways.audit.note("edit-entry", "orders-api", "Abe Rin", owner="team-search", environments=["local"])

    assert post(NEW, NEW, **OURS, do="register").status_code == 303


def test_a_name_that_aws_cannot_be_asked_about_is_not_taken(post, gone, running, catalog):
    running.aws.refusals["s3.get_object"] = refused_by_aws("AccessDenied", "no")

    answer = post(NEW, NEW, **OURS, do="register")

    told = problem(answer.text, "name")
    assert "AWS did not answer when it was asked whether local had a service orders-api before" in told
    assert catalog.service_names("local") == []


def test_an_entry_gets_to_no_environment_with_anothers_history(post, gone, running, catalog):
    """By its settings as little as at its registration."""
    entry = ORDERS.replace("team-commerce", "team-search").replace("{ local: {} }", "{ dev: {} }")
    catalog.add("orders-api", entry)
    page = "/dev/services/orders-api/settings"
    wanted = entry.replace("{ dev: {} }", "{ dev: {}, local: {} }")

    refused = post(page, page, yaml=wanted, seen=entry, base=entry, do="save")

    assert refused.status_code == 422
    assert "local has env files and releases of an earlier orders-api" in plain(refused.text)
