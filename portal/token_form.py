"""The form that makes a token of the API: what was typed, and the token that it means. Nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from portal import typed_numbers
from portal.auth import Person
from portal.text.language import _
from service_catalog.catalog import Catalog
from service_catalog.problems import for_message
from service_catalog.records.audit import AuditAction
from service_catalog.records.portal import ApiToken, TokenScope

ACTIONS: Sequence[AuditAction] = (
    "read-env",
    "save-env",
    "release",
    "stop-release",
    "answer-release",
    "acknowledge",
    "ask-release",
    "confirm-release",
    "edit-entry",
    "provision",
    "start-run",
    "stop-run",
    "pause-schedule",
    "resume-schedule",
)
"""What the API does beside what every token is for: to read"""
NAME_MAX, DAYS_MAX, DAYS_USUAL = 60, 365, 90


@dataclass(frozen=True)
class TokenForm:
    name: str = ""
    team: str = ""
    actions: tuple[str, ...] = ()
    services: str = ""
    environments: tuple[str, ...] = ()
    days: str = str(DAYS_USUAL)
    problems: Mapping[str, str] | None = None
    """By field"""


def read(typed: MultiDict[str, str], person: Person, catalog: Catalog) -> TokenForm:
    form = TokenForm(
        name=typed.get("name", "").strip(),
        team=typed.get("team", ""),
        actions=tuple(typed.getlist("action")),
        services=typed.get("services", "").strip(),
        environments=tuple(typed.getlist("environment")),
        days=typed.get("days", "").strip(),
    )
    return TokenForm(**{**vars(form), "problems": dict(_problems(form, person, catalog))})


def _problems(form: TokenForm, person: Person, catalog: Catalog) -> Any:
    if not 0 < len(form.name) <= NAME_MAX or not form.name.isprintable():
        yield "name", _("Give it a name of 1 to %(most)s characters, such as what uses it.", most=NAME_MAX)
    if form.team and form.team not in person.teams:
        yield "team", _("You are not in %(team)s.", team=for_message(form.team))
    if wrong := [it for it in form.actions if it not in ACTIONS]:
        yield "action", _("The API has no %(typed)s.", typed=for_message(wrong[0]))
    known = catalog.environment_names()
    if wrong := [it for it in form.environments if it not in known]:
        yield "environment", _("There is no environment %(typed)s.", typed=for_message(wrong[0]))
    there = {name for environment in known for name in catalog.service_names(environment)}
    if wrong := [it for it in _words(form.services) if it not in there]:
        yield "services", _("There is no service %(typed)s in the catalog.", typed=for_message(wrong[0]))
    days = typed_numbers.number(form.days)
    if days is None or not 1 <= days <= DAYS_MAX:
        yield "days", _("Write a number of days from 1 to %(most)s.", most=DAYS_MAX)


def token(form: TokenForm, person: Person, id: str, digest: str, now: datetime) -> ApiToken:
    """Of a form without problems."""
    return ApiToken(
        id=id,
        digest=digest,
        name=form.name,
        made_by=person.id,
        made_by_name=person.name,
        team=form.team,
        teams=tuple(sorted(person.teams)),
        is_platform=person.is_platform,
        only_in=person.only_in,
        scope=TokenScope(
            actions=("read", *form.actions),
            services=tuple(_words(form.services)) or None,
            environments=form.environments or None,
        ),
        when=now,
        expires=now + timedelta(days=int(form.days)),
    )


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()
