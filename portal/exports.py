"""Tables as files: CSV for spreadsheets, JSON for programs. Both have the same rows under the same English names."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response

from portal.text.translate import said

Row = Mapping[str, Any]
FORMS = ("csv", "json")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs what begins like this, whoever wrote it into an entry"""


def answer(name: str, form: str, rows: Sequence[Row], **about: Any) -> Response:
    """``about`` says what the rows are of; only JSON has room for it."""
    body = csv_text(rows) if form == "csv" else json_text(rows, **about)
    mimetype = "text/csv" if form == "csv" else "application/json"
    found = Response(body, mimetype=mimetype)
    found.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    found.headers["Cache-Control"] = "no-cache"
    return found


def csv_text(rows: Sequence[Row]) -> str:
    """Begins with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    if rows:
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + text.getvalue()


def json_text(rows: Sequence[Row], **about: Any) -> str:
    whole = {**about, "rows": [{name: _plain(value) for name, value in row.items()} for row in rows]}
    return json.dumps({name: _plain(value) for name, value in whole.items()}, ensure_ascii=False, indent=1) + "\n"


def _cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, list):
        plain = "; ".join(map(str, plain))
    return f"'{plain}" if isinstance(plain, str) and plain.startswith(_FORMULA) else plain


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(said(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    return value
