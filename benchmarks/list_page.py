"""The list of 1,000 services with their state, against the barest page of as many rows: Flask, Jinja, seven cells.

Asked by one person, by a hundred people of thirty teams in turn, who have signed in, and by a program.
"""

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask, render_template
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import Client

from benchmarks import company
from benchmarks.rounds import Ratio, by_turns
from portal import Settings, create_app
from portal.auth import Person
from portal.auth.sessions import Session
from portal.auth.settings import OidcClient
from portal.data.kept_pages import KeptPages

SERVICES = 1000
ADDRESS = "/local/services"
API = f"/api/v1/environments/local/services?limit={SERVICES}"
_PROVIDER = OidcClient("https://id.example.com", "slipway", "secret")
"""Nobody signs in while it is measured, so it is never asked"""
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
    with (
        tempfile.TemporaryDirectory() as directory,
        listing(Path(directory), SERVICES) as app,
        listing(Path(directory) / "signed-in", SERVICES, sign_in=_PROVIDER) as signed_in,
    ):
        client, bare = Client(app), _Asker(Client(_bare()))
        packed = _Asker(client, {"Accept-Encoding": "gzip"})
        cases = {"bare": bare, "page": _Asker(client), "packed": packed, "again": _Asker(client, keeps_it=True)}
        program = _Asker(client, {"Authorization": f"Bearer {company.Tokens.TEXT}"}, address=API)
        seconds = by_turns({**cases, "program": program, "people": _People(signed_in)})
        seconds |= by_turns({"page anew": _Anew(app, _Asker(client)), "program anew": _Anew(app, program)})
        kilobytes = {
            "page": len(client.get(ADDRESS).get_data()) / 1000,
            "packed": len(client.get(ADDRESS, headers=packed.headers).get_data()) / 1000,
        }
        calls = signed_in.extensions["slipway"].gateways("local").calls.rates()
    asked = sum(count for rate in calls for count in rate.calls.values())
    looks = Ratio("looks at AWS while they asked, beside the first", asked - 1, "at most 0")
    return [*_ratios(seconds, kilobytes), looks]


def _ratios(seconds: Mapping[str, float], kilobytes: Mapping[str, float]) -> list[Ratio]:
    """All by what a case takes of the CPU; some answers are told with their size."""

    def told(case: str) -> str:
        size = f", {kilobytes[case]:.0f} KB" if case in kilobytes else ""
        return f"{seconds[case] * 1000:.1f} ms{size}"

    def to_bare(what: str, case: str) -> Ratio:
        return Ratio(what, seconds["bare"] / seconds[case], "at least 5", told(case))

    def to_program(what: str, page: str, program: str) -> Ratio:
        return Ratio(what, seconds[page] / seconds[program], "about 1", f"{told(page)}; {told(program)}")

    return [
        to_bare("requests per CPU second, list of 1,000 services / bare Flask + Jinja page of as many rows", "page"),
        to_bare("the same as gzip, as browsers ask for it", "packed"),
        to_bare("the same, asked again by whoever has the page", "again"),
        to_bare("the same, asked by 100 people of 30 teams in turn, each signed in", "people"),
        to_program("the page / the API's list of as many services", "page", "program"),
        to_program("the same, each made anew after AWS was looked at", "page anew", "program anew"),
    ]


@contextmanager
def listing(directory: Path, count: int, **said: Any) -> Iterator[Flask]:
    """A portal whose list is read already. ``said``: settings of it"""
    catalog = company.write_catalog(directory / "catalog", count)
    started = monotonic()
    settings = Settings(
        run_directory=directory / "run",
        user="Sato Yui",
        fresh_seconds=3600,
        now=lambda: company.NOW + timedelta(seconds=monotonic() - started),
        **said,
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
    headers: dict[str, str] = field(default_factory=dict)
    address: str = ADDRESS
    keeps_it: bool = False
    """As a browser does, which then says what it has"""
    tag: str = ""

    def __call__(self) -> None:
        asked = {**self.headers, "If-None-Match": self.tag} if self.tag else self.headers
        answer = self.client.get(self.address, headers=asked)
        assert answer.status_code in (200, 304), answer.status
        if self.keeps_it:
            self.tag = answer.headers["ETag"]


@dataclass
class _Anew:
    """As after each reading: no whole page is kept, but what it is made of."""

    app: Flask
    ask: _Asker

    def __call__(self) -> None:
        self.app.extensions["slipway"].kept_pages = KeptPages()
        self.ask()


class _People:
    """Each has a session, and each turn is the next one's."""

    def __init__(self, app: Flask):
        self._clients = itertools.cycle([self._signed_in(app, number) for number in range(100)])

    def _signed_in(self, app: Flask, number: int) -> Client:
        team = f"team-{company.TEAMS[number % len(company.TEAMS)]}"
        person = Person(f"Person {number}", f"person-{number}", frozenset({team}))
        now = app.extensions["slipway"].settings.now()
        kept = {"signed_in": Session(f"session-{number}", person, now, now, now).kept()}
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer
        client = Client(app)
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], serializer.dumps(kept))
        return client

    def __call__(self) -> None:
        answer = next(self._clients).get(ADDRESS)
        assert answer.status_code == 200, answer.status
