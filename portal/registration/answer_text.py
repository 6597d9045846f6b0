"""One value as the text of one control, and back.

What would not come back as it was is quoted, as YAML and JSON quote it: blanks at the ends, line breaks, a text that
reads like a number. Nothing is judged: an answer that is no number goes on as text, and the catalog says so.
"""

import json
import re
import textwrap
from typing import Any

from portal.registration.controls import is_scalar
from service_catalog.fields import KEY, Field
from service_catalog.problems import CatalogError
from service_catalog.yaml_text.reader import read_mapping
from service_catalog.yaml_text.writer import inline

_WHOLE = r"0|-?[1-9][0-9]{0,14}"
_DECIMAL = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"


def text_of(field: Field, value: Any) -> str:
    if not is_scalar(field):
        return inline(value)
    plain = spelled(value)
    is_plain = _is_same(read(field, plain), value) and (plain != "" or _may_be_blank(field))
    return plain if is_plain else json.dumps(value, ensure_ascii=False, default=str)


def read(field: Field, text: str) -> Any:
    if not is_scalar(field):
        return _read_yaml(text)
    unquoted = _unquoted(field, text)
    return _plain(field, text) if unquoted is None else unquoted


def spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _may_be_blank(field: Field) -> bool:
    """A variable's value is there when its key is; any other blank answer is none."""
    return is_variable(field) or field.default == ""


def is_variable(field: Field) -> bool:
    """The value of a variable is taken as it was typed."""
    return field.shape == "text" and field.path[-1:] == (KEY,)


def _unquoted(field: Field, text: str) -> str | None:
    """What quotes hold that needs them; others belong to the text."""
    if not text.strip().startswith('"'):
        return None
    try:
        found = json.loads(text.strip())
    except ValueError:
        return None
    return found if isinstance(found, str) and _needs_quotes(field, found) else None


def _needs_quotes(field: Field, text: str) -> bool:
    is_lost = _plain(field, text) != text or (text == "" and not _may_be_blank(field))
    return is_lost or _unquoted(field, text) is not None


def _plain(field: Field, text: str) -> Any:
    """As a control of one line holds it."""
    text = re.sub(r"[\r\n]", "", text)
    if is_variable(field):
        return text
    text = text.strip()
    if field.shape == "union":
        parts = sorted(field.parts, key=lambda part: part.shape == "text")
        return next((it for part in parts if not isinstance(it := _plain(part, text), str)), _chosen(field, text))
    if field.shape == "switch":
        return {"true": True, "false": False}.get(text, text)
    if field.shape == "choice":
        return _chosen(field, text)
    if field.shape in ("number", "decimal") and re.fullmatch(_WHOLE, text):
        return int(text)
    if field.shape == "decimal" and re.fullmatch(_DECIMAL, text):
        return float(text)
    return text


def _chosen(field: Field, text: str) -> Any:
    choices = [choice for part in (field, *field.parts) for choice in part.choices]
    return next((choice for choice in choices if spelled(choice) == text), text)


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _read_yaml(text: str) -> Any:
    try:
        return read_mapping(f"value:\n{textwrap.indent(text, '  ')}", "")["value"]
    except CatalogError:
        return text
