"""The portal in a browser, over AWS in memory: looks, script, accessibility."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Dialog, expect

from tests.portal.browser import Watched, chromium
from tests.provisioning import a_service

ORDERS = "/local/services/orders-api"
PAGES = [
    "/local/services",
    ORDERS,
    f"{ORDERS}/env/app",
    f"{ORDERS}/env/app/versions/1",
    f"{ORDERS}/releases",
    f"{ORDERS}/releases/new?image=2.14.0",
    f"{ORDERS}/tasks",
    f"{ORDERS}/logs",
    "/local/services/new",
    "/local/services/ordres-api",
]

SEARCH = """\
name: search
owner: team-search
kind: web
image: { repository: search }
port: 8080
exposure: { audience: public, paths: [/search] }
environments: { local: {} }
"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Closes what it answers with, also when the browser has hung up; werkzeug's leaves files open then."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, ThreadingServer, QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reader(browser, address):
    found = Watched(browser, address)
    yield found
    found.context.close()


@pytest.fixture
def troubled(running):
    """A rollout whose first task failed, with everything on the page that there may be."""
    running.save("orders-api", 'GREETING="Welcome"\nLOG_LEVEL=info\n', base=1)
    running.begin("orders-api", "2.14.0", 2)
    running.aws.passes(seconds=100)
    running.aws.ecs.service("orders-api").start(1)
    running.fails("orders-api", "ERROR missing setting DB_POOL_SIZE")
    return running


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1280, "light", "ja"), (320, "dark", "en")],  # the other views are seen on the local cloud, in tests/e2e/browser
)
def test_every_page_is_accessible_fits_and_keeps_the_console_quiet(browser, address, troubled, width, theme, language):
    viewport = {"width": width, "height": 900}
    reader = Watched(browser, address, viewport=viewport, color_scheme=theme, locale=language)

    found = {}
    for path in PAGES:
        reader.go(path)
        found[path] = (reader.violations(), reader.overflow(), reader.complaints)

    reader.context.close()
    assert found == {path: ([], 0, []) for path in PAGES}


def test_filter_narrows_the_list_while_one_types_and_stays_in_the_address(reader, running):
    running.provision(a_service("payments"))
    page = reader.go("/local/services")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)

    page.fill("#q", "orders")

    expect(page.locator("tbody tr:not(.group):visible")).to_have_count(1)
    assert page.url.endswith("?q=orders")
    assert asked == []
    page.fill("#q", "zzz")
    expect(page.locator("#nothing")).to_be_visible()


def test_slash_goes_to_the_filter_but_not_while_one_types(reader, running):
    page = reader.go("/local/services")

    page.keyboard.press("/")
    page.keyboard.type("a/b")

    assert page.input_value("#q") == "a/b"


def test_rollout_is_followed_to_its_end_without_a_reload(reader, running, troubled):
    page = reader.go(ORDERS)
    expect(page.locator("#rollout")).to_have_text("Release 2 is rolling out")

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(page.locator("#failed")).to_contain_text("Release 2 failed and was rolled back")
    expect(page.locator("#head .state").first).to_contain_text("Rolled back")


def test_the_list_appears_by_itself_once_it_was_read_for_the_first_time(reader, running):
    running.aws.may_answer.clear()
    page = reader.go("/local/services")
    expect(page.locator("#first")).to_be_visible()

    running.aws.may_answer.set()

    expect(page.locator("#list")).to_contain_text("orders-api")
    assert reader.complaints == []


def test_a_list_that_is_answered_with_old_data_asks_again_for_what_is_read_behind_it(reader, client, running):
    client.get("/local/services")
    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.aws.passes(minutes=2)
    reader.page.clock.install()
    page = reader.go("/local/services")
    expect(page.locator("#list")).to_contain_text("Healthy")

    page.clock.fast_forward(4_000)

    expect(page.locator("#list")).to_contain_text("Rolled back")


def test_a_list_that_is_left_open_offers_the_team_of_a_new_service(reader, app, catalog, running):
    reader.page.clock.install()
    page = reader.go("/local/services")
    page.select_option("#owner", "team-commerce")
    page.locator("#owner").blur()

    (catalog.directory / "services" / "search.yaml").write_text(SEARCH)
    collector = app.extensions["slipway"].collector
    collector.outdate("local")
    collector.look("local", patience_seconds=60)
    page.clock.fast_forward(13_000)

    expect(page.locator("#owner option")).to_have_text(["All teams", "team-commerce", "team-search"])
    expect(page.locator("#owner")).to_have_value("team-commerce")
    page.select_option("#owner", "team-search")
    expect(page.locator("tbody tr:not(.group):visible")).to_have_count(1)


@pytest.mark.parametrize("tab", ["", "/tasks", "/releases"])
def test_page_of_a_quiet_service_that_is_left_open_follows_what_happens(reader, running, tab):
    reader.page.clock.install()
    page = reader.go(f"{ORDERS}{tab}")
    expect(page.locator("#head .state").first).to_contain_text("Healthy")

    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#head .state").first).to_contain_text("Rolled back")


def test_env_pages_that_are_left_open_follow_what_runs_and_keep_what_is_typed(reader, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    reader.page.clock.install()
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "LOG_LEVEL=trace\n")
    page.locator("#text").blur()
    expect(page.locator("#sum")).to_contain_text("Not saved: 1 key differs")

    running.release("orders-api", env=2)
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#applied")).to_contain_text("v2")
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("#changes caption")).to_contain_text("What differs from v2, which runs")
    expect(page.locator("#text")).to_have_value("LOG_LEVEL=trace\n")


def test_tag_that_somebody_chose_is_still_chosen_after_a_refresh(reader, running):
    reader.page.clock.install()
    page = reader.go(ORDERS)
    page.select_option("#image", "2.13.3")
    page.locator("#image").blur()

    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#failed")).to_be_visible()
    expect(page.locator("#image")).to_have_value("2.13.3")


def test_page_of_an_outage_becomes_the_page_of_the_service_when_aws_answers(reader, running):
    reader.page.clock.install()
    reader.go("/local/services")
    running.aws.outage = True
    page = reader.go(ORDERS)
    expect(page.locator("#was")).to_be_visible()

    running.aws.outage = False
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#runs")).to_have_text("Runs now")


def test_what_somebody_chooses_is_not_taken_away_by_a_refresh(reader, running, troubled):
    page = reader.go(ORDERS)
    page.focus("#image")

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(page.locator("#failed")).to_contain_text("was rolled back")
    assert page.evaluate("document.activeElement.id") == "image"


def test_a_refresh_leaves_the_keyboard_on_the_link_where_it_was(reader, running, troubled):
    page = reader.go("/local/services")
    page.get_by_role("link", name="orders-api").focus()

    running.ends("orders-api", "rolled-back")
    running.aws.passes(seconds=10)

    expect(page.locator("tr", has_text="orders-api")).to_contain_text("Rolled back")
    assert page.evaluate("document.activeElement.textContent") == "orders-api"


def test_numbers_keep_step_with_the_lines(reader, running):
    page = reader.go(f"{ORDERS}/env/app")

    page.fill("#text", "A=1\nB=2\nC=3\nD=4")

    assert page.locator(".numbers li").count() == 4


def test_leaving_with_unsaved_text_is_asked_about(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    asked = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)

    page.click("#text")
    page.keyboard.type("A=1\n")
    page.click("nav.crumbs a")
    page.wait_for_url("**/local/services")

    assert asked == ["beforeunload"]


def test_control_s_saves(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "A=1\n")

    with page.expect_navigation():
        page.keyboard.press("Control+s")

    assert running.gateways.env_files.newest("orders-api", "app").text == "A=1\n"
    expect(page.locator(".notice")).to_have_text("Saved v2. Nothing restarted.")


def test_every_write_works_without_script(browser, address, running):
    reader = Watched(browser, address, java_script_enabled=False)
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "A=1\n")
    reader.sends("button[value=apply]")
    page.fill("#why", "no script")
    reader.sends("main button.primary")

    release = running.gateways.releases.get("orders-api", 2)
    reader.context.close()
    assert (dict(release.contents.env), release.why) == ({"app": 2}, "no script")


def test_enter_in_a_field_checks_and_never_saves(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "A=1\n")
    page.fill("#message", "half a sen")

    with page.expect_navigation():
        page.press("#message", "Enter")

    assert page.input_value("#text") == "A=1\n"
    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_new_lines_come_into_view_by_themselves(reader, running, printing):
    page = reader.go(f"{ORDERS}/logs")
    expect(page.locator("#lines p", has_text="line 299")).to_be_in_viewport()

    printing("a new line")
    running.aws.passes(seconds=10)

    expect(page.get_by_text("a new line")).to_be_in_viewport(timeout=15_000)
    assert page.locator("#lines p").count() == 201


def test_what_is_selected_stays_and_newer_lines_wait(reader, running, printing):
    page = reader.go(f"{ORDERS}/logs")
    page.locator("#lines p", has_text="line 298").click(click_count=3)
    selected = page.evaluate("getSelection().toString()")

    printing("a new line")
    running.aws.passes(seconds=10)

    expect(page.locator("#follow")).to_have_text("Follow (1 newer)")
    assert page.evaluate("getSelection().toString()") == selected != ""
    page.click("#follow")
    page.click("#follow")
    expect(page.get_by_text("a new line")).to_be_in_viewport(timeout=15_000)


def test_older_lines_are_put_before_those_that_stand_there(reader, printing):
    page = reader.go(f"{ORDERS}/logs")

    page.click("a[data-older]")

    expect(page.locator("#lines p")).to_have_count(300)
    page.click("a[data-older]")
    expect(page.get_by_text("Nothing was printed before.")).to_be_visible()


def test_without_script_the_newest_line_is_in_view_too(browser, address, printing):
    reader = Watched(browser, address, java_script_enabled=False)
    page = reader.go(f"{ORDERS}/logs")
    expect(page.locator("#lines p", has_text="line 299")).to_be_in_viewport()
    reader.context.close()


def test_a_refusal_is_where_the_keyboard_goes_on(reader, running):
    page = reader.go("/local/services/new")
    page.fill("#name", "My Svc")

    reader.sends("main button.primary")

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_a_chart_says_its_values_by_keyboard(reader, running):
    running.measure("orders-api", cpu=[22, 48])
    page = reader.go(ORDERS)

    page.locator(".chart svg").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".chart [data-read]").first).to_have_text("05:32: 48 %")
    page.keyboard.press("ArrowLeft")

    expect(page.locator(".chart [data-read]").first).to_have_text("05:31: 22 %")
    expect(page.locator("#live")).to_have_text("05:31: 22 %")


def test_what_is_typed_in_an_env_file_is_not_claimed_to_be_known_and_then_checked(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    expect(page.locator("#sum")).to_contain_text("No change yet")

    held = []
    page.route("**/env/app", lambda route: held.append(route))

    with page.expect_request("**/env/app"):
        page.locator("#text").fill("LOG_LEVEL=warn\nexport B=1\n")
    for part in ("#sum", "#your-edit strong"):
        expect(page.locator(part)).to_have_text("Changed, not checked yet")
    held[0].continue_()

    expect(page.locator("#sum")).to_contain_text("Not saved: 3 keys differ from v1")
    expect(page.locator("#sum")).to_contain_text("1 error stops the save")
    expect(page.locator(".problems li").nth(1)).to_contain_text("becomes part of the key")
    expect(page.locator("#fixes button")).to_have_text("Make 1 safe fix")


def test_a_link_of_a_refused_save_takes_the_caret_to_its_line(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    page.locator("#text").fill("A=1\nexport B=1\n")
    page.get_by_role("button", name="Save v2").click()

    page.get_by_role("link", name="Line 2").click()

    area = page.locator("#text")
    expect(area).to_be_focused()
    assert area.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)") == "export B=1"
