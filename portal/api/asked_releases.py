"""Four eyes for programs: ask for a release, look at what was asked, confirm, decline or withdraw it."""

from flask import Blueprint, g, url_for

from portal.api.asked import Reason, Release
from portal.api.operations import operation
from portal.api.releases import refuse_outdated, request_of
from portal.api.told.asked_releases import AskedTold, AskedWaitingTold
from portal.api.told.releases import ReleaseTold
from portal.auth.gate import person, refuse
from portal.auth.protection import may_be_one_of_two
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import asked_view, service_view
from portal.text.language import _
from runtime.aws.errors import Invalid

bp = Blueprint(
    "api_asked_releases", __name__, url_prefix="/api/v1/environments/<environment>/services/<service>/releases/asked"
)


@operation(bp, "GET", "", answers=AskedWaitingTold)
@needs("read")
def show_waiting_request(environment: str, service: str) -> AskedWaitingTold:
    """Tells which request for a release waits for a second person, if one does."""
    waiting = service_view.facts(environment, service).value.index.waits_for_second
    return AskedWaitingTold(waiting=_told(environment, service, waiting.number) if waiting else None)


@operation(bp, "POST", "", answers=AskedTold, body=Release, status=201)
@needs("ask-release")
def ask_for_release(environment: str, service: str, body: Release) -> AskedTold:
    """Asks for a release where a second person has to confirm it, and starts nothing. A newer request takes the place
    of an older one. Only a token of one's own asks: a team's is nobody's."""
    gateways = portal().gateways(environment)
    refuse(may_be_one_of_two(person()), "ask-release", service)
    if g.environment.protection != "four-eyes":
        raise Invalid(_("releases in %(environment)s need no second person: release it.", environment=environment))
    refuse_outdated(gateways.releases, service, body)
    begin_to_write()
    asked = gateways.asking.ask(service, request_of(body), who=asked_view.who(), why=body.why)
    service_view.outdate(environment, service)
    return _told(environment, service, asked.number)


@operation(bp, "GET", "/<int:number>", answers=AskedTold)
@needs("read")
def show_request(environment: str, service: str, number: int) -> AskedTold:
    """Tells what was asked for, whether it still may be confirmed, and what came of it."""
    return _told(environment, service, number)


@operation(bp, "POST", "/<int:number>/confirm", answers=ReleaseTold, body=Reason, status=201)
@needs("confirm-release")
def confirm_release(environment: str, service: str, number: int, body: Reason) -> ReleaseTold:
    """Confirms what another asked for, which starts the release in their name; the record holds both. Whoever asked
    cannot confirm it, and no token of a team can."""
    refuse(may_be_one_of_two(person()), "confirm-release", service)
    begin_to_write()
    release = portal().gateways(environment).asking.confirm(service, number, who=asked_view.who(), why=body.why)
    service_view.outdate(environment, service)
    return ReleaseTold.of(release)


@operation(bp, "POST", "/<int:number>/decline", answers=AskedTold, body=Reason)
@needs("confirm-release")
def decline_release(environment: str, service: str, number: int, body: Reason) -> AskedTold:
    """Declines what another asked for; whoever asked withdraws it."""
    begin_to_write()
    portal().gateways(environment).asking.decline(service, number, who=asked_view.who(), why=body.why)
    service_view.outdate(environment, service)
    return _told(environment, service, number)


def _told(environment: str, service: str, number: int) -> AskedTold:
    """Raises Absent."""
    found = service_view.facts(environment, service).value
    page = url_for("asked_releases.show", environment=environment, service=service, number=number)
    return AskedTold.of(asked_view.of(environment, service, number, found), page)
