"""What holds for all pages: both themes and widths, both languages, without a mouse, without JavaScript."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, expect

from portal.text.language import TRANSLATIONS
from service_catalog import naming
from tests.e2e.browser.claims import NARROW, NARROW_DARK, WIDE_DARK
from tests.e2e.browser.conftest import visitors
from tests.e2e.browser.pages import Person
from tests.e2e.platform import Platform

SERVICES = ("orders-api", "storefront")

PAGES = {
    "services": "/local/services",
    "register": "/local/services/new",
    "register-copy": "/local/services/new?copy=orders-api",
    "overview": "/local/services/orders-api",
    "no-release-yet": "/local/services/storefront",
    "env": "/local/services/orders-api/env/app",
    "env-version": "/local/services/orders-api/env/app/versions/2",
    "env-old-version": "/local/services/orders-api/env/app/versions/1",
    "env-restore": "/local/services/orders-api/env/app?from=1",
    "releases": "/local/services/orders-api/releases",
    "review": "/local/services/orders-api/releases/new?image=1.1.0",
    "review-refused": "/local/services/orders-api/releases/new?image=9.9.9",
    "tasks": "/local/services/orders-api/tasks",
    "logs": "/local/services/orders-api/logs",
    "no-such-service": "/local/services/order-api",
    "no-such-page": "/nowhere",
}
TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const isProse = (text) => !text.parentElement.closest("textarea, code, pre, option");
    const found = [];
    while (walker.nextNode()) if (isProse(walker.currentNode)) found.push(walker.currentNode.data.trim());
    return found;
}"""


@pytest.fixture(scope="module", autouse=True)
def released(platform: Platform) -> Platform:
    """orders-api runs; storefront was never released."""
    assert platform.first_release("orders-api").status == "succeeded"
    return platform


@pytest.fixture(scope="module")
def reader(portal: str, browser: Browser) -> Iterator[Person]:
    with visitors(portal, browser) as arrives:
        person = arrives()
        person.opens_list()  # from now on the address of the list answers with it
        yield person


@pytest.fixture(scope="module")
def japanese_reader(portal: str, browser: Browser) -> Iterator[Person]:
    with visitors(portal, browser) as arrives:
        person = arrives(locale="ja-JP")
        person.opens_list()
        yield person


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_its_claims_at_both_widths_and_in_both_themes(name: str, reader: Person) -> None:
    reader.opens(PAGES[name])

    reader.claims.must_hold(f"page-{name}", (WIDE_DARK, NARROW))


@pytest.mark.parametrize("name", PAGES)
def test_a_japanese_page_says_nothing_in_english_that_it_could_say_in_japanese(
    name: str, japanese_reader: Person
) -> None:
    japanese_reader.opens(PAGES[name])

    expect(japanese_reader.page.locator("html")).to_have_attribute("lang", "ja")
    assert set(japanese_reader.page.evaluate(TEXTS)) & english_messages() == set()
    japanese_reader.claims.must_hold(f"ja-{name}", (NARROW_DARK,))


@cache
def english_messages() -> set[str]:
    with (TRANSLATIONS / "ja.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id and message.string != message.id]
    return {message.id for message in messages if isinstance(message.id, str)}


def test_without_javascript_forms_are_enough_to_register_to_save_and_to_apply(people: Callable[..., Person]) -> None:
    person = people(java_script_enabled=False)
    person.opens_registration()
    person.answers({"Name": "hello", "Owner": "team-web", "Image repository": "hello", "Port": "80", "Paths": "/hello"})
    person.presses("Register")
    person.sees_notice("Registered hello. Nothing runs yet.")

    person.opens_tab("orders-api", "env")
    person.types_env("PAYMENTS_URL=http://payments\nGREETING=Plain\n", "By forms alone")
    person.presses("Save and apply…")
    person.starts(re.compile("^Apply 1.0.0"), why="By forms alone")
    person.reloads_until_running("image 1.0.0 env v3")


def test_the_address_of_a_service_opens_its_program_which_keeps_its_secrets(person: Person, platform: Platform) -> None:
    person.opens_service("orders-api")
    person.follows(re.compile("^http"))

    expect(person.page.get_by_role("row", name=re.compile("image_tag"))).to_contain_text("1.0.0")
    for key in ("PAYMENTS_URL", "DATABASE_URL", "STRIPE_KEY"):
        expect(person.page.get_by_role("listitem").filter(has_text=key)).to_be_visible()
    page = person.page.content()
    stored = platform.aws.call("ssm", "get_parameter", Name="/orders/database-url", WithDecryption=True)
    assert stored["Parameter"]["Value"] not in page
    assert naming.release_family(naming.LOCAL, "orders-api") in page


def test_the_keyboard_alone_reaches_what_matters_and_shows_where_it_is(person: Person) -> None:
    person.opens_list()

    reached = [person.tabs()]
    while reached[-1] != "orders-api":  # beyond the last link the focus leaves the page
        reached.append(person.tabs())

    assert reached[0] == "Skip to content"
    wanted = ["Services", "Register a service", "orders-api"]
    assert [name for name in reached if name in wanted] == wanted
