"""Chromium for tests: where it is, how it is started, and what no page may do in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from service_catalog.cost.prices import prices

PATIENCE_MS = 60_000
"""On a machine that is busy with other tests a page may need long; only a test that fails waits for all of it."""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_CHROMIUM = "there is no chromium on this machine, and it cannot be installed without root and apt"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_AXE = Axe()
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_TIMES_OF_NO_READER = r"""() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const isSaid = /\b\d{4}-\d\d-\d\d\b|\b\d\d:\d\d\b/.test(data);
    if (isSaid && !parentElement.closest("time, textarea, pre, code, rect, label")) found.push(data.trim());
  }
  return found;
}"""
_SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const count = (list) => list.getEntries().forEach((it) => (sum += it.hadRecentInput ? 0 : it.value));
  const observer = new PerformanceObserver(count);
  observer.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 0));
})"""
_REFUSALS = ("status of 409", "status of 422", "status of 503", "status of 404")
"""The browser logs each of them, though they are answers with a page."""


@contextmanager
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        _without_chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


def _without_chromium() -> NoReturn:
    """A run that could have had it is not green without it."""
    if could_be_installed():
        pytest.fail("there is no chromium, and here it can be installed: `make browser`")
    pytest.skip(NO_CHROMIUM)


def could_be_installed() -> bool:
    """`make test` does it then."""
    return "CI" in os.environ or (os.getuid() == 0 and shutil.which("apt-get") is not None)


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds against the accessibility rules on the page as it stands."""
    found: list[dict[str, Any]] = _AXE.run(page, options={"runOnly": _RULES, "resultTypes": ["violations"]}).response[
        "violations"
    ]
    return found


class Watched:
    """A page whose console is listened to."""

    def __init__(self, browser: Browser, address: str, **context: Any):
        self.address = address
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en", **context})
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def opens_list(self) -> Page:
        """Once it was read for the first time: what stands there until then gives way by itself, whenever that is."""
        page = self.go("/local/services")
        expect(page.locator("#list")).to_be_visible()
        return page

    def sends(self, selector: str) -> None:
        """Clicks what leads to another page, and waits for it."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def violations(self) -> list[Any]:
        return [(it["id"], [node["html"] for node in it["nodes"]]) for it in violations(self.page)]

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def times_of_no_reader(self) -> list[str]:
        """Dates and times of day on the page that stand in the server's zone for good: only those of a ``time`` are
        put into the reader's. The date of the price list is no moment."""
        found: list[str] = self.page.evaluate(_TIMES_OF_NO_READER)
        return [it for it in found if str(prices().as_of) not in it]

    def shift(self) -> float:
        """How much of the page moved after it was drawn, as browsers count it: 0.1 is what readers bear."""
        moved: float = self.page.evaluate(_SHIFT)
        return moved

    def finds_places(self) -> bool:
        """Whether the palette opens by its keys, and has somewhere to go."""
        self.page.keyboard.press("Control+k")
        self.page.locator("#places [role=option]").first.wait_for()
        is_open = self.page.locator("#palette").is_visible()
        self.page.keyboard.press("Escape")
        return is_open

    def keep(self, directory: Path, name: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=directory / f"{name}.png", full_page=True)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(refusal in text for refusal in _REFUSALS):
            self.complaints.append(text)
