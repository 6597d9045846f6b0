"""A browser before a served portal. Without a Chromium these tests fail or are skipped: ``tests.portal.browser``."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser.claims import WIDE, Claims
from tests.e2e.browser.pages import Person
from tests.e2e.browser.serving import served
from tests.e2e.platform import Platform
from tests.portal.browser import CHROMIUM, NO_CHROMIUM, PATIENCE_MS, chromium, could_be_installed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or could_be_installed():  # then it fails where it is not there
        return
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="module")
def portal(platform: Platform) -> Iterator[str]:
    with served(platform) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@contextmanager
def visitors(portal: str, browser: Browser) -> Iterator[Callable[..., Person]]:
    """As many as are asked for, each with cookies of their own; options as those of a browser's context."""
    contexts = []

    def arrives(**options: Any) -> Person:
        contexts.append(browser.new_context(**{"locale": "en-GB", **options}))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        claims = Claims(page)
        claims.show(WIDE)
        return Person(page, portal, claims)

    yield arrives
    for context in contexts:
        context.close()


@pytest.fixture
def people(portal: str, browser: Browser) -> Iterator[Callable[..., Person]]:
    with visitors(portal, browser) as arrives:
        yield arrives


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    return people()


@pytest.fixture(scope="module")
def apart() -> Iterator[Callable[..., Any]]:
    """Runs something on a thread of its own: Playwright keeps an event loop in ours, and the engine brings another."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda do, *arguments: pool.submit(do, *arguments).result()
