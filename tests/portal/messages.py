"""Every message that the portal may show: in templates, in Python, in the model's own descriptions, and from below."""

from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file

import deploy
import portal
import runtime
import service_catalog
from cli.local_platform import seeds
from service_catalog.fields import tree
from service_catalog.model import Service

ROOT = Path(portal.__file__).parent
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
_SAYING = {"say": None}
_LINTING = {**_SAYING, "error": (3,), "warning": (3,), "rewrite": (2,), "delete": (2,)}
"""A problem bears its sentence third, a fix its label second"""


def shown() -> set[str]:
    """By msgid; of a plural its first form."""
    written = {message if isinstance(message, str) else message[0] for message in _written()}
    return written | {field.description for field in tree(Service).walk() if field.description}


def plurals() -> set[str]:
    """Of those the ones that count something, by their first form."""
    return {message[0] for message in _written() if not isinstance(message, str)}


def _written() -> list[str | tuple[str, ...]]:
    found = extract_from_dir(str(ROOT), _METHODS, _OPTIONS, keywords=_KEYWORDS)
    return [message for _file, _line, message, *_rest in found]


def said_below() -> set[str]:
    """Templates of sentences that rooms below the portal make, or the demo's records hold, and pages show."""
    rooms = ((service_catalog, _LINTING), (runtime, _SAYING), (deploy, _SAYING))
    found = [
        message
        for room, keywords in rooms
        for message in extract_from_dir(room.__path__[0], [("**.py", "python")], keywords=keywords)
    ]
    written = [message for _line, message, *_rest in extract_from_file("python", seeds.__file__, keywords=_SAYING)]
    return {*(str(message) for _file, _line, message, *_rest in found), *map(str, written)}
