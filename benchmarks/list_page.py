"""The list of 1,000 services with their state, against the barest page of as many rows: Flask, Jinja, seven cells."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask, render_template
from werkzeug.test import Client

from benchmarks import company
from benchmarks.rounds import Ratio, by_turns
from portal import Settings, create_app

SERVICES = 1000
ADDRESS = "/local/services"
_BARE = """\
<!doctype html><title>Services</title><table>
{% for row in rows %}
<tr><th><a href="/local/services/{{ row.name }}">{{ row.name }}</a></th><td>{{ row.status }}</td>
<td>{{ row.running }} / {{ row.desired }}</td><td>{{ row.image }}</td><td>{{ row.env_applied.app }}</td>
<td>{{ row.last.who }}</td><td>{{ row.last.when }}</td></tr>
{% endfor %}
</table>
"""


def measure() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as directory, listing(Path(directory), SERVICES) as app:
        client = Client(app)
        cases = {"bare": _Asker(Client(_bare())), "page": _Asker(client), "again": _Asker(client, keeps_it=True)}
        seconds = by_turns(cases)
        size = len(client.get(ADDRESS).get_data()) / 1000
    return [
        Ratio(
            "requests per CPU second, list of 1,000 services / bare Flask + Jinja page of as many rows",
            seconds["bare"] / seconds["page"],
            "at least 5",
            f"{seconds['page'] * 1000:.1f} ms, {size:.0f} KB",
        ),
        Ratio(
            "the same, asked again by whoever has the page",
            seconds["bare"] / seconds["again"],
            "at least 5",
            f"{seconds['again'] * 1000:.1f} ms",
        ),
    ]


@contextmanager
def listing(directory: Path, count: int) -> Iterator[Flask]:
    """A portal whose list is read already."""
    catalog = company.write_catalog(directory / "catalog", count)
    started = monotonic()
    settings = Settings(
        run_directory=directory / "run",
        user="Sato Yui",
        fresh_seconds=3600,
        now=lambda: company.NOW + timedelta(seconds=monotonic() - started),
    )
    app = create_app(settings, catalog, lambda name: company.Aws(catalog.environment(name), count))  # type: ignore[arg-type, return-value]
    held = app.extensions["slipway"]
    held.collector.look("local", patience_seconds=600)
    yield app
    held.close()


def _bare() -> Flask:
    app = Flask(__name__)
    rows: Any = company.Aws(None, SERVICES).take().rows  # type: ignore[arg-type]
    template = app.jinja_env.from_string(_BARE)
    app.add_url_rule(ADDRESS, view_func=lambda: render_template(template, rows=rows), endpoint="bare")
    return app


@dataclass
class _Asker:
    client: Client
    keeps_it: bool = False
    """As a browser does, which then says what it has"""
    tag: str = ""

    def __call__(self) -> None:
        answer = self.client.get(ADDRESS, headers={"If-None-Match": self.tag} if self.tag else None)
        assert answer.status_code in (200, 304), answer.status
        if self.keeps_it:
            self.tag = answer.headers["ETag"]
