"""Japanese and English: which one a page speaks, and its words.

English stands in the code. Every other language is one gettext catalogue in ``translations/``, read by Babel when
somebody first reads it: there is no compile step. Asked by ``?lang=``, then the cookie, then what the browser accepts.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, Response, after_this_request, g, request

TRANSLATIONS = Path(__file__).parent.parent / "translations"
NAMES = {"en": "English", "ja": "日本語"}
COOKIE = "slipway_lang"
SAID = "said"
"""The context of what rooms below the portal say: see ``sayings``"""
_A_YEAR = 365 * 24 * 3600


class Catalogue(NamedTuple):
    messages: dict[str, Any]
    """msgid to msgstr; a plural's msgid to the tuple of its forms"""
    sayings: dict[str, str]
    """Likewise, in a context of their own"""


@dataclass(frozen=True)
class Language:
    code: str

    @property
    def messages(self) -> dict[str, Any]:
        return self._catalogue.messages

    @property
    def sayings(self) -> dict[str, str]:
        return self._catalogue.sayings

    @cached_property
    def _catalogue(self) -> Catalogue:
        return _read(TRANSLATIONS / f"{self.code}.po")

    def gettext(self, message: str) -> str:
        return self.messages.get(message) or message

    def ngettext(self, one: str, many: str, count: int) -> str:
        forms = self.messages.get(one)
        if forms is None:
            return one if count == 1 else many
        return str(forms[0] if count == 1 else forms[-1])


def _read(path: Path) -> Catalogue:
    if not path.exists():
        return Catalogue({}, {})
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    messages = [(entry.id, entry.string) for entry in catalogue if entry.id and entry.context != SAID]
    sayings = {str(entry.id): str(entry.string) for entry in catalogue if entry.context == SAID}
    shown = {message if isinstance(message, str) else message[0]: text for message, text in messages}
    return Catalogue(shown, sayings)


LANGUAGES = {code: Language(code) for code in NAMES}


def _(message: str, **values: Any) -> str:
    """A message in the language of whoever is asking; English outside a request."""
    text = current().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    return current().ngettext(one, many, num) % {"num": num, **values}


def N_(message: str) -> str:
    """Marks a message that is translated later, where it is shown."""
    return message


def current() -> Language:
    return g.get("language", LANGUAGES["en"]) if g else LANGUAGES["en"]


def init_app(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: current().gettext(message),
        lambda one, many, count: current().ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["language_names"] = NAMES
    app.before_request(_choose)


def _choose() -> None:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        after_this_request(lambda response: _remember(response, asked))
    accepted = request.accept_languages.best_match(list(LANGUAGES), default="en") or "en"
    wanted = (code for code in (asked, request.cookies.get(COOKIE, ""), accepted) if code in LANGUAGES)
    g.language = LANGUAGES[next(wanted)]


def _remember(response: Response, code: str) -> Response:
    response.set_cookie(COOKIE, code, max_age=_A_YEAR, samesite="Lax", httponly=True)
    return response
