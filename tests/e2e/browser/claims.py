"""What every page of the portal claims of itself, whatever is on it: accessible, whole at any width, clean.

``claims.must_hold("name")`` looks at the page as it stands. With a directory in ``SLIPWAY_SCREENSHOTS`` it also leaves
a picture of each view there: that is how the README's are made.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.portal.browser import violations

SCREENSHOTS_VARIABLE = "SLIPWAY_SCREENSHOTS"
_REFUSALS = {404, 409, 422}
"""What a page may answer on purpose; the browser mentions it in its console all the same."""


@dataclass(frozen=True)
class View:
    width: int
    theme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}"


WIDE, WIDE_DARK = View(1280, "light"), View(1280, "dark")
NARROW, NARROW_DARK = View(320, "light"), View(320, "dark")
STORY_VIEWS = (NARROW_DARK, WIDE)
"""Both widths and both themes, which the style sheet never mixes; the last is the one in which the story goes on."""


class Claims:
    def __init__(self, page: Page):
        self._page = page
        self._complaints: list[str] = []
        self._refused: set[str] = set()
        # A violated content policy is a message of the console too.
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(f"script: {error}"))
        page.on("response", self._note_refusal)

    def must_hold(self, name: str, views: tuple[View, ...] = STORY_VIEWS) -> None:
        self._page.wait_for_load_state()  # a word of the next page may be there before its style sheet is
        problems = [f"{view}: {problem}" for view in views for problem in self._seen_in(view, name)]
        problems += [f"console: {complaint}" for complaint in self._complaints]
        self._complaints.clear()
        assert not problems, "\n".join([f"{name} ({self._page.url})", *problems])

    def show(self, view: View) -> None:
        self._page.set_viewport_size({"width": view.width, "height": 800})
        self._page.emulate_media(color_scheme=view.theme, reduced_motion="reduce")

    def _seen_in(self, view: View, name: str) -> list[str]:
        self.show(view)
        self._picture(name, view)
        return [*self._overflow(), *self._axe_violations()]

    def _axe_violations(self) -> list[str]:
        return [f"axe {it['id']}: {node['target'][0]}" for it in violations(self._page) for node in it["nodes"]]

    def _overflow(self) -> list[str]:
        """The page never scrolls sideways; long lines scroll in their own box."""
        wide = self._page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [f"{wide} px wider than the window"] if wide else []

    def _picture(self, name: str, view: View) -> None:
        """Of the whole page in a window as high as it is, so that what sticks to the window's edge covers nothing."""
        directory = os.environ.get(SCREENSHOTS_VARIABLE)
        if directory:
            height = self._page.evaluate("Math.max(document.documentElement.scrollHeight, 640)")
            self._page.set_viewport_size({"width": view.width, "height": height})
            self._page.screenshot(path=Path(directory) / f"{name}-{view}.png")
            self.show(view)

    def _hear(self, message: ConsoleMessage) -> None:
        is_refusal = message.text.startswith("Failed to load resource") and message.location["url"] in self._refused
        if message.type in ("error", "warning") and not is_refusal:
            self._complaints.append(message.text)

    def _note_refusal(self, response: Response) -> None:
        if response.status in _REFUSALS and response.request.is_navigation_request():
            self._refused.add(response.url)
