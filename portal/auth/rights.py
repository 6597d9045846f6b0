"""Who may do what. Everyone who is signed in reads; what writes says what it needs, and what says nothing is denied.

    @bp.post("")
    @needs("release")
    def create(environment, service): …

The words are those of the audit trail, so that what is denied is told as what is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from portal.auth import Person
from portal.text.audit import action_words
from portal.text.language import _
from service_catalog.model import Protection
from service_catalog.records.audit import AuditAction

View = TypeVar("View", bound=Callable[..., Any])


class Right(Enum):
    ANYONE = "anyone"
    """Who is signed in"""
    OWNER = "owner"
    """The service's team, and the platform team"""
    MEMBER = "member"
    """Of some team: of a service that has no owner yet"""
    PLATFORM = "platform"


WHO_MAY: Mapping[AuditAction, Right] = {
    "register": Right.MEMBER,
    "edit-entry": Right.OWNER,
    "retire": Right.OWNER,
    "provision": Right.OWNER,
    "save-env": Right.OWNER,
    "reveal-value": Right.OWNER,
    "make-secret": Right.OWNER,
    "release": Right.OWNER,
    "stop-release": Right.OWNER,
    "answer-release": Right.OWNER,
    "acknowledge": Right.OWNER,
    "ask-release": Right.OWNER,
    "confirm-release": Right.OWNER,
    "ask-run": Right.OWNER,
    "confirm-run": Right.OWNER,
    "start-run": Right.OWNER,
    "stop-run": Right.OWNER,
    "pause-schedule": Right.OWNER,
    "resume-schedule": Right.OWNER,
    "send-back-dead-letters": Right.OWNER,
    "make-token": Right.ANYONE,
    "revoke-token": Right.ANYONE,
    "read": Right.ANYONE,
    "read-env": Right.ANYONE,
}
READS: frozenset[AuditAction] = frozenset({"read", "read-env"})
OF_THE_CATALOG: frozenset[AuditAction] = frozenset({"register", "edit-entry", "retire"})
"""They change files; what AWS has of them, `slipway up` does"""


PLATFORM_WHERE_PROTECTED: Mapping[Protection, frozenset[AuditAction]] = {
    "platform": frozenset({"start-run", "provision"}),
    "four-eyes": frozenset({"provision"}),
}
"""No ways past the protection: a run's command does whatever the service may do, and what is provisioned is released
with it, or destroyed"""


@dataclass(frozen=True)
class Decision:
    """True where it is allowed."""

    why: str = ""
    """Why not, and whom to ask: a sentence in the reader's language"""

    def __bool__(self) -> bool:
        return not self.why


ALLOWED = Decision()


def needs(action: AuditAction) -> Callable[[View], View]:
    """On a view: what it does."""

    def mark(view: View) -> View:
        view.needs = action  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: View) -> View:
    """On a view that is shown to whoever is not signed in."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def decide(
    person: Person,
    action: AuditAction,
    owner: str | None,
    environment: str = "",
    protection: Protection | None = None,
    service: str | None = None,
) -> Decision:
    """``owner`` is the service's team; None where nobody knows it, so that only the platform team may. What a release
    needs beyond that where the environment is protected, ``protection.py`` says: it depends on the release."""
    if not person.scope.allows(action, service, environment):
        return Decision(_beyond_scope_words(person, action, service, environment))
    if action in READS:
        return ALLOWED
    right = WHO_MAY.get(action, Right.PLATFORM)
    if person.only_in and person.only_in != environment and right is not Right.ANYONE:
        return Decision(_("Sample people change the local cloud only. For AWS there is `slipway portal`."))
    if protection and action in PLATFORM_WHERE_PROTECTED[protection]:
        right = Right.PLATFORM
    if person.is_platform or right is Right.ANYONE:
        return ALLOWED
    if right is Right.MEMBER and person.teams:
        return ALLOWED
    if right is Right.OWNER and owner in person.teams:
        return ALLOWED
    return Decision(f"{_may_words(action, right, owner)} {_teams_words(person)}")


def _beyond_scope_words(person: Person, action: AuditAction, service: str | None, environment: str) -> str:
    act, scope = action_words(action), person.scope
    if scope.actions is not None and action not in scope.actions:
        return _("“%(act)s” is not what this token is for: make one that is, on the page of tokens.", act=act)
    if scope.environments is not None and environment not in scope.environments:
        return _("This token is not for %(environment)s.", environment=environment)
    return _("This token is not for %(service)s.", service=service or "")


def _may_words(action: AuditAction, right: Right, owner: str | None) -> str:
    act = action_words(action)
    if right is Right.MEMBER:
        return _("“%(act)s” is for members of a team: ask whoever runs the identity provider.", act=act)
    if right is Right.OWNER and owner:
        return _("“%(act)s” is for %(owner)s and the platform team: ask one of them.", act=act, owner=owner)
    return _("“%(act)s” is for the platform team: ask them.", act=act)


def _teams_words(person: Person) -> str:
    if not person.teams:
        return _("You are in no team.")
    return _("You are in %(teams)s.", teams=_(", ").join(sorted(person.teams)))
