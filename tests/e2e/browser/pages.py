"""The portal as a person uses it: what they do, by the words that they read.

Nothing here knows a class or a structure of the pages: fields by their labels, buttons and links by their names.
"""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from service_catalog import naming
from tests.e2e.browser.claims import Claims

RELOADS = 200


class Person:
    def __init__(self, page: Page, portal: str, claims: Claims, environment: str = naming.LOCAL):
        self.page, self.claims = page, claims
        self._portal, self._services = portal, f"{portal}/{environment}/services"

    # --- goes somewhere ---

    def opens_list(self) -> None:
        """Once it was read for the first time: what stands there until then gives way by itself, whenever that is."""
        self.page.goto(self._services)
        expect(self.page.get_by_role("table").first).to_be_visible()

    def opens_registration(self) -> None:
        self.page.goto(f"{self._services}/new")

    def opens_service(self, service: str) -> None:
        self.page.goto(f"{self._services}/{service}")

    def opens_tab(self, service: str, tab: str) -> None:
        """``tab`` as its address has it: env, releases, tasks, logs."""
        self.page.goto(f"{self._services}/{service}/{tab}")

    def opens(self, path: str) -> None:
        self.page.goto(f"{self._portal}{path}")

    # --- does something ---

    def presses(self, button: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=button).first.click()

    def follows(self, link: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=link).first.click()

    def answers(self, answers: Mapping[str, str]) -> None:
        for label, answer in answers.items():
            self.field(label).fill(answer)

    def chooses(self, label: str, answer: str) -> None:
        self.field(label).select_option(answer)

    def provisions(self, service: str) -> None:
        self.presses(f"Provision {service}")

    def chooses_image(self, tag: str) -> None:
        self.page.get_by_label("Tag", exact=True).select_option(tag)
        self.presses("Review the deploy…")

    def starts(self, button: str | re.Pattern[str], why: str) -> None:
        """The release that is under review."""
        self.page.get_by_label("Why? Others read it in the history").fill(why)
        self.presses(button)

    def types_env(self, text: str, message: str = "") -> None:
        self.editor.fill(text)
        if message:
            self.page.get_by_label("What did you change, and why?").fill(message)

    # --- sees ---

    def field(self, label: str) -> Locator:
        """Rows further down may have a label of the same words."""
        return self.page.get_by_label(label, exact=True).first

    @property
    def editor(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile(r"\.(env|yaml)$"))

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_step(self, text: str) -> None:
        """Of a provisioning, whose steps are folded up."""
        self.page.get_by_text(re.compile(r"^\d+ steps in detail$")).click()
        self.sees(text)

    def sees_heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()

    def sees_notice(self, text: str | re.Pattern[str]) -> None:
        notices = self.page.get_by_role("status").or_(self.page.get_by_role("alert"))
        expect(notices.filter(has_text=text).first).to_be_visible()

    def sees_problem(self, label: str, problem: str) -> None:
        """Beside the field, and said to who cannot see it."""
        expect(self.field(label)).to_have_accessible_description(re.compile(re.escape(problem)))

    def sees_running(self, release: str) -> None:
        """``release`` as its chip: ``image 1.0.0 env v1``."""
        expect(self._runs(release)).to_be_visible()

    def row(self, service: str) -> Locator:
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("link", name=service, exact=True))

    def tabs(self) -> str:
        """To the next thing that the keyboard reaches, which must show that it is there. Its words."""
        self.page.keyboard.press("Tab")
        focus = self.page.locator(":focus")
        expect(focus).not_to_have_css("outline-style", "none")
        return str(focus.evaluate("it => it.innerText || it.labels?.[0]?.innerText || it.name")).strip()

    def reloads_until_running(self, release: str) -> None:
        """As who has no JavaScript must."""
        for _ in range(RELOADS):
            if self._runs(release).is_visible():
                return
            self.page.reload()
        self.sees_running(release)

    def _runs(self, release: str) -> Locator:
        chip = re.compile(re.escape(release).replace(r"\ env", r"\s*env"))
        return self.page.get_by_role("region", name="Runs now").filter(has_text=chip)
