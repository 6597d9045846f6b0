"""The entry of a service, changed where it was registered."""

import html

from tests.portal.conftest import ORDERS
from tests.portal.people import OWNER, PLATFORM, Chosen
from tests.portal.reading import fields_of, part, plain, text_of

SETTINGS = "/local/services/orders-api/settings"
LARGER = {"compute.cpu": "512", "compute.memory_mib": "1024", "why": "It was slow"}


def test_the_form_and_the_yaml_show_the_entry_as_it_stands(client):
    page = text_of(client, SETTINGS)

    assert yaml_of(page) == ORDERS
    assert 'name="port" value="8080"' in page
    assert "As the catalog says" in plain(page)


def test_every_page_of_a_service_leads_to_its_settings(running, client):
    assert f'<a href="{SETTINGS}">Settings</a>' in text_of(client, "/local/services/orders-api")


def test_what_the_form_changes_leaves_comments_and_order_alone(post, catalog):
    catalog.replace("orders-api", ORDERS.replace("port: 8080", "# as ever\nport: 8080 # really"), ORDERS)
    form = fields_of(text_of(post.client, SETTINGS))

    checked = post(SETTINGS, SETTINGS, **form | {"port": "9090"}, do="check")

    assert yaml_of(checked.text) == ORDERS.replace("port: 8080", "# as ever\nport: 9090 # really")


def test_a_form_that_nobody_touched_changes_nothing(post, catalog):
    text = ORDERS.replace("port: 8080", "kind: web\nport: 8080\ncompute: { cpu: 256, memory_mib: 512 }")
    catalog.replace("orders-api", text, ORDERS)

    checked = post(SETTINGS, SETTINGS, **fields_of(text_of(post.client, SETTINGS)), do="review")

    assert yaml_of(checked.text) == text
    assert "No problems, and nothing differs from the catalog." in plain(checked.text)


def test_a_change_is_reviewed_before_it_is_written(running, post, catalog):
    form = fields_of(text_of(post.client, SETTINGS))

    review = post(SETTINGS, SETTINGS, **form | LARGER, do="review")

    said = plain(review.text)
    assert review.status_code == 200
    assert "compute.cpu: 256 → 512" in said
    assert "cost a month: $" in said
    assert 'name="why" value="It was slow"' in review.text
    assert catalog.entry_text("orders-api") == ORDERS


def test_what_was_reviewed_is_written_with_its_slot_and_shown_as_not_provisioned(running, post, catalog):
    wider = ORDERS.replace("/orders/*]", "/orders/*, /prices]")

    saved = post(SETTINGS, SETTINGS, **sent(wider), do="save")

    assert (saved.status_code, saved.location) == (303, "/local/services/orders-api")
    assert catalog.entry_text("orders-api") == wider
    assert catalog.problems() == []
    assert "The catalog has changed, and that is not provisioned yet" in plain(text_of(post.client, SETTINGS))


def test_what_is_wrong_is_refused_where_it_stands(post, catalog):
    refused = post(SETTINGS, SETTINGS, **sent(ORDERS.replace("8080", "80a")), do="save")

    assert refused.status_code == 422
    assert "Not saved: 1 answer needs a change. Everything you typed is still here." in plain(refused.text)
    assert 'value="80a"' in refused.text
    assert catalog.entry_text("orders-api") == ORDERS


def test_another_name_is_refused_since_what_runs_bears_it(post, catalog):
    refused = post(SETTINGS, SETTINGS, **sent(ORDERS.replace("orders-api\n", "orders\n", 1)), do="save")

    assert refused.status_code == 422
    assert "must be 'orders-api', as the file is called, got 'orders'" in plain(refused.text)


def test_an_entry_that_others_call_does_not_go_away_under_them(post, catalog):
    shop = ORDERS.replace("orders-api", "shop").replace("/orders", "/shop") + "connects_to: [orders-api]\n"
    found = ORDERS + "discovery: service-connect\n"
    catalog.replace("orders-api", found, ORDERS)
    catalog.add("shop", shop)

    refused = post(SETTINGS, SETTINGS, **sent(ORDERS, base=found), do="save")

    assert refused.status_code == 422
    assert "services/shop.yaml would no longer be right" in plain(refused.text)


def test_the_second_of_two_who_change_an_entry_sees_both_and_keeps_what_they_typed(post, catalog):
    catalog.replace("orders-api", ORDERS.replace("8080", "7070"), ORDERS)
    mine = ORDERS.replace("team-commerce", "team-sales")

    refused = post(SETTINGS, SETTINGS, **sent(mine), do="save")

    assert refused.status_code == 409
    assert yaml_of(refused.text) == mine
    assert "They changed: port: 8080 → 7070" in plain(refused.text)
    assert "port: 7070" in plain(refused.text)
    assert catalog.entry_text("orders-api") == ORDERS.replace("8080", "7070")


def test_changes_of_two_who_changed_other_fields_are_joined(post, catalog):
    catalog.replace("orders-api", ORDERS.replace("8080", "7070 # theirs"), ORDERS)
    form = fields_of(post(SETTINGS, SETTINGS, **sent(ORDERS.replace("2, max", "3, max")), do="save").text)

    joined = post(SETTINGS, SETTINGS, **form, do="onto-theirs")
    saved = post(SETTINGS, SETTINGS, **fields_of(joined.text), do="save")

    assert saved.status_code == 303
    assert catalog.entry_text("orders-api") == ORDERS.replace("8080", "7070 # theirs").replace("2, max", "3, max")


def test_a_field_that_both_changed_is_named(post, catalog):
    catalog.replace("orders-api", ORDERS.replace("8080", "7070"), ORDERS)

    refused = post(SETTINGS, SETTINGS, **sent(ORDERS.replace("8080", "9090")), do="save")
    mine = post(SETTINGS, SETTINGS, **fields_of(refused.text), do="over-theirs")

    assert "Both of you changed: port. Joined, yours wins there." in plain(refused.text)
    assert post(SETTINGS, SETTINGS, **fields_of(mine.text), do="save").status_code == 303
    assert catalog.entry_text("orders-api") == ORDERS.replace("8080", "9090")


def test_an_entry_that_nobody_can_read_is_mended_as_text(post, catalog):
    broken = ORDERS.replace("health: {", "health: {{")
    (catalog.directory / "services" / "orders-api.yaml").write_text(broken)

    page = text_of(post.client, SETTINGS)
    saved = post(SETTINGS, SETTINGS, **fields_of(page) | {"yaml": ORDERS}, do="save")

    assert yaml_of(page) == broken
    assert 'name="port"' not in page
    assert "The catalog entry has a problem. What runs is not affected." in plain(page)
    assert saved.status_code == 303
    assert catalog.problems() == []


def test_an_environment_that_the_service_leaves_is_told_before(post):
    form = fields_of(text_of(post.client, SETTINGS)) | {"environments": "dev"}

    review = plain(post(SETTINGS, SETTINGS, **form, do="review").text)

    assert "In local It leaves this environment. The next slipway up local destroys what is there" in review
    assert "In dev It begins to exist there." in review


def test_an_entry_goes_to_no_team_that_is_not_ones_own(app, post, catalog):
    app.extensions["slipway"].who = Chosen(OWNER)
    given_away = ORDERS.replace("team-commerce", "team-search")

    refused = post(SETTINGS, SETTINGS, **sent(given_away), do="save")
    app.extensions["slipway"].who = Chosen(PLATFORM)
    moved = post(SETTINGS, SETTINGS, **sent(given_away), do="save")

    assert refused.status_code == 422
    assert "'team-search' is none of your teams; take team-commerce, or ask the platform team" in plain(refused.text)
    assert moved.status_code == 303


def test_a_change_stands_in_the_audit_trail_with_its_reason(running, post):
    post(SETTINGS, SETTINGS, **sent(ORDERS.replace("8080", "7070")), do="save", why="The program listens there")

    [act] = running.gateways.audit.newest("orders-api", 1)

    assert (act.entry.action, act.entry.why, act.outcome.status) == (
        "edit-entry",
        "The program listens there",
        "done",
    )


def sent(text: str, base: str = ORDERS) -> dict[str, str]:
    return {"yaml": text, "base": base}


def yaml_of(page: str) -> str:
    return html.unescape(part(page, r'<textarea id="yaml".*?>\n(.*?)</textarea>'))
