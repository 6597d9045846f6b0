"""Rows of the list as HTML, and as JSON for programs: rendered when they change, not when somebody looks.

A row is kept by what it says, the language, and for as long as the age in it is true. So a thousand rows cost a look at
each, and only those that moved since cost their rendering.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.data.service_list import Row
from portal.text.times import true_until

Key = tuple[str, ...]
"""What the text of a row depends on beside the row: environment, language, how the row is told"""
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _RowText:
    text: str
    true_until: datetime


@dataclass(frozen=True)
class Rendered:
    rows: Mapping[str, Row]
    kept: Mapping[str, _RowText]
    """By name, as the rows are"""
    true_until: datetime

    def text(self, name: str) -> str:
        return self.kept[name].text

    def is_true(self, name: str, row: Row, now: datetime) -> bool:
        held = self.kept.get(name)
        return held is not None and now < held.true_until and self.rows[name] == row


class RenderedRows:
    def __init__(self) -> None:
        self._held: dict[Key, Rendered] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, rows: Mapping[str, Row], render: Callable[[Row], str], now: datetime) -> Rendered:
        """``render`` may tell the age of a row at ``now``: it is kept until its words would be others."""
        with self._lock:
            held = self._held.get(key, Rendered({}, {}, now))
            if held.rows is not rows or now >= held.true_until:
                self._held[key] = held = _renewed(held, rows, render, now)
            return held


def _renewed(held: Rendered, rows: Mapping[str, Row], render: Callable[[Row], str], now: datetime) -> Rendered:
    kept = {
        name: held.kept[name] if held.is_true(name, row, now) else _row_text(row, render, now)
        for name, row in rows.items()
    }
    return Rendered(rows, kept, min((it.true_until for it in kept.values()), default=_FOR_EVER))


def _row_text(row: Row, render: Callable[[Row], str], now: datetime) -> _RowText:
    return _RowText(render(row), true_until(row.released_at, now) if row.released_at else _FOR_EVER)
