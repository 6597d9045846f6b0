"""Every message that the portal may show: in templates, in Python, and in the model's own descriptions."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

import portal
from portal import form

ROOT = Path(portal.__file__).parent
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}


def shown() -> set[str]:
    """By msgid; of a plural its first form."""
    found = extract_from_dir(str(ROOT), _METHODS, _OPTIONS, keywords=_KEYWORDS)
    written = {message if isinstance(message, str) else message[0] for _file, _line, message, *_rest in found}
    return written | {field.hint for field in form.FIELDS if field.hint}
