"""A browser in front of a served portal. Without a Chromium on this machine these tests are skipped, and say so."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browser.claims import WIDE, ReleaseRecords
from tests.e2e.browser.pages import Person
from tests.e2e.browser.serving import served
from tests.e2e.platform import Platform

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="there is no chromium on PATH; apt-get install chromium"))


@pytest.fixture(scope="module")
def portal(platform: Platform) -> Iterator[str]:
    with served(platform) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def people(portal: str, browser: Browser) -> Iterator[Callable[..., Person]]:
    """As many as are asked for, each with cookies of their own; options as those of a browser's context."""
    contexts = []

    def arrives(**options: Any) -> Person:
        contexts.append(browser.new_context(**{"locale": "en-GB", **options}))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        claims = ReleaseRecords(page)
        claims.show(WIDE)
        return Person(page, portal, claims)

    yield arrives
    for context in contexts:
        context.close()


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    return people()


@pytest.fixture(scope="module")
def apart() -> Iterator[Callable[..., Any]]:
    """Runs something on a thread of its own: Playwright keeps an event loop in ours, and the engine brings another."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda do, *arguments: pool.submit(do, *arguments).result()
