"""What holds for every page: accessibility, width, no script, the keyboard."""

import pytest

from tests.portal.browser import Watched

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


def test_a_refusal_is_where_the_keyboard_goes_on(reader, running):
    page = reader.go("/local/services/new")
    page.fill("#name", "My Svc")

    reader.sends("main button.primary")

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
