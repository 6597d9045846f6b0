"""The entry of a service by the API: read, checked, written and provisioned as the settings page does it."""

from runtime.bucket.audit import Act
from service_catalog.records.portal import TokenScope
from tests.portal.api_client import ApiClient, token
from tests.portal.conftest import ORDERS
from tests.portal.people import OTHER

ENTRY = "/orders-api/entry"
LARGER = ORDERS.replace("port: 8080", "# as ever\nport: 9090")


def test_an_entry_is_read_checked_and_written_with_its_comments(api, running, catalog):
    stands = api.get(ENTRY).json
    change = {"text": LARGER, "base": stands["text"]}

    checked = api.post(f"{ENTRY}/check", change)
    unchanged = catalog.entry_text("orders-api")
    written = api.post(ENTRY, change | {"why": "Another port"})

    assert (stands["text"], unchanged) == (ORDERS, ORDERS)
    assert checked.json["problems"] == []
    [review] = [it for it in checked.json["reviews"] if it["environment"] == "local"]
    assert review["changes"] == ["port: 8080 → 9090"]
    assert (written.status_code, written.json) == (201, {"commit": "", "branch": "", "link": "", "note": ""})
    assert catalog.entry_text("orders-api") == LARGER
    acts = [act.entry for act in running.connect().audit.newest("orders-api", 1) if isinstance(act, Act)]
    assert [(it.action, it.why, it.origin.through) for it in acts if it.origin] == [
        ("edit-entry", "Another port", "api")
    ]


def test_what_the_catalog_would_refuse_is_told_with_its_line_and_not_written(api, running, catalog):
    wrong = {"text": ORDERS.replace("port: 8080", 'port: "80"'), "base": ORDERS}

    checked, written = api.post(f"{ENTRY}/check", wrong), api.post(ENTRY, wrong)

    [problem] = checked.json["problems"]
    assert (problem["path"], problem["line"]) == ("port", 1 + ORDERS.split("port: 8080")[0].count("\n"))
    assert checked.json["reviews"] == []
    assert (written.status_code, written.json["code"], written.json["changed"]) == (422, "catalog-problem", False)
    assert catalog.entry_text("orders-api") == ORDERS


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(api, running, catalog):
    catalog.replace("orders-api", ORDERS.replace("port: 8080", "port: 7070"), ORDERS)

    answer = api.post(ENTRY, {"text": LARGER, "base": ORDERS})

    assert (answer.status_code, answer.json["code"], answer.json["changed"]) == (409, "entry-changed", False)
    assert "port: 7070" in catalog.entry_text("orders-api")


def test_another_team_writes_and_provisions_nothing_and_nobody_signs_for_others(app, api, running, catalog):
    theirs = ApiClient(app, token(app, OTHER))
    given = ORDERS.replace("owner: team-commerce", "owner: team-search")

    denied = theirs.post(ENTRY, {"text": LARGER, "base": ORDERS}), theirs.post("/orders-api/provisioning", {})
    signed_over = api.post(ENTRY, {"text": given, "base": ORDERS})

    assert [it.status_code for it in denied] == [403, 403]
    assert signed_over.status_code == 422
    assert "none of your teams" in signed_over.json["detail"]
    assert catalog.entry_text("orders-api") == ORDERS


def test_an_entry_is_changed_nowhere_else_than_where_its_writer_may(app, running, catalog):
    shared = ORDERS.replace("{ local: {} }", "\n  local: {}\n  dev: {}")
    catalog.replace("orders-api", shared, ORDERS)
    narrow = TokenScope(actions=("read", "edit-entry"), environments=("local",))
    of_local = ApiClient(app, token(app, scope=narrow))

    everywhere = of_local.post(ENTRY, {"text": shared.replace("port: 8080", "port: 9090"), "base": shared})
    unchanged = catalog.entry_text("orders-api")
    here = shared.replace("local: {}", "local: { tasks: { min: 3 } }")
    only_here = of_local.post(ENTRY, {"text": here, "base": shared})

    assert (everywhere.status_code, unchanged) == (422, shared)
    assert "This token is not for dev." in everywhere.text
    assert (only_here.status_code, catalog.entry_text("orders-api")) == (201, here)


def test_a_service_is_provisioned_and_its_run_told(app, api, running):
    nothing_yet = api.get("/orders-api/provisioning")
    begun = api.post("/orders-api/provisioning", {"why": "Another port"})
    app.extensions["slipway"].provisioning.wait("local", "orders-api")
    ended = api.get("/orders-api/provisioning").json

    assert (nothing_yet.status_code, begun.status_code) == (404, 201)
    assert (ended["state"]["key"], ended["exit_code"], ended["phases"]) == ("succeeded", 0, ["made it"])
