"""Releases for programs: look back, review what would change, start, answer, stop."""

from flask import Blueprint, g

from portal import release_review
from portal.api.asked import Answer, Contents, Page, Reason, Release
from portal.api.operations import operation
from portal.api.problems import ReviewOutdated
from portal.api.told.base import DoneTold
from portal.api.told.release_review import ChangeTold, ContentsTold, FileChangeTold, ReviewTold
from portal.api.told.releases import LimitsTold, ReleaseDetail, ReleasesTold, ReleaseTold
from portal.auth.gate import person, refuse
from portal.auth.protection import may_release_alone
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import proposal_view, service_view
from portal.kinds import KINDS
from portal.security import hold_back_from_caches
from portal.text.language import _
from portal.text.translate import said
from runtime.releases.proposal import Proposal
from runtime.releases.releases import NotWaiting, Releases
from runtime.releases.request import ReleaseRequest
from service_catalog.records.provisioned import TaskLimits

bp = Blueprint("api_releases", __name__, url_prefix="/api/v1/environments/<environment>/services/<service>/releases")


@operation(bp, "GET", "", answers=ReleasesTold, query=Page)
@needs("read")
def list_releases(environment: str, service: str, query: Page) -> ReleasesTold:
    """Lists releases, newest first, each with how it ended."""
    found = service_view.facts(environment, service).value
    history = portal().gateways(environment).releases.history(service, query.limit, query.before)
    progress = {found.live.in_progress.number: found.progress} if found.live.in_progress else {}
    numbers = [*(it.number for it in history.releases), *history.unreadable]
    return ReleasesTold(
        releases=[ReleaseTold.of(it, progress.get(it.number)) for it in history.releases],
        unreadable=sorted(history.unreadable),
        next=min(numbers) if numbers and min(numbers) > 1 else None,
    )


@operation(bp, "GET", "/<int:number>", answers=ReleaseDetail)
@needs("read")
def show_release(environment: str, service: str, number: int) -> ReleaseDetail:
    """Tells one release. While it is in progress, whoever asks also follows it: its end is written down as soon as
    somebody sees it."""
    found = service_view.facts(environment, service).value
    progress = found.progress if found.live.in_progress and found.live.in_progress.number == number else None
    release = portal().gateways(environment).releases.get(service, number)
    return ReleaseDetail.of(release, progress)


@operation(bp, "POST", "/review", answers=ReviewTold, body=Contents)
@needs("read-env")
def review_release(environment: str, service: str, body: Contents) -> ReviewTold:
    """Says what a release would change, and why it cannot be released, and starts nothing."""
    hold_back_from_caches()  # values of settings are in it
    releases = portal().gateways(environment).releases
    proposal = releases.proposal(service, request_of(body))
    found = service_view.facts(environment, service).value
    kind = KINDS[found.provisioned.kind if found.provisioned else "web"]
    return ReviewTold(
        kind=proposal.kind,
        differs=proposal.differs,
        live=ContentsTold.of(proposal.live) if proposal.live else None,
        wanted=ContentsTold.of(proposal.wanted),
        tasks=LimitsTold.of(proposal.tasks),
        definition=_definition(proposal),
        entry=[said(it.sentence) for it in proposal.entry_changes],
        env=[FileChangeTold.of(it) for it in proposal_view.env_changes(environment, service, proposal, found)],
        consequences=release_review.consequences(proposal, kind, found),
        lost=[said(it) for it in releases.lost_by(service, proposal)],
        notes=[said(it) for it in proposal.notes],
        problems=[said(it) for it in proposal.problems],
        in_progress=proposal.in_progress.number if proposal.in_progress else None,
        review=proposal.seen,
    )


def _definition(proposal: Proposal) -> list[ChangeTold]:
    return [
        ChangeTold(what=said(it.what), old=it.old or None, new=it.new or None) for it in proposal.definition_changes
    ]


@operation(bp, "POST", "", answers=ReleaseTold, body=Release, status=201)
@needs("release")
def create_release(environment: str, service: str, body: Release) -> ReleaseTold:
    """Deploys, applies env or a definition, scales, or rolls back: what is left out stays as it is live. It is in
    progress then, unless its `outcome` says otherwise: `show_release` tells how it ends."""
    releases, asked = portal().gateways(environment).releases, request_of(body)
    earlier = releases.get(service, asked.to) if asked.to is not None else None
    refuse(may_release_alone(g.environment, person(), earlier), "release", service)
    refuse_outdated(releases, service, body)
    begin_to_write()
    release = releases.release(service, asked, who=person().name, why=body.why)
    service_view.outdate(environment, service)
    return ReleaseTold.of(release)


def refuse_outdated(releases: Releases, service: str, body: Release) -> None:
    """Raises ReviewOutdated where another release than the one that was reviewed would come of it."""
    if body.review and body.review != releases.proposal(service, request_of(body)).seen:
        raise ReviewOutdated(_("what runs, or what would run, has changed since you looked; review it again"))


def request_of(body: Contents) -> ReleaseRequest:
    return ReleaseRequest(
        image=body.image,
        env=body.env,
        definition=body.definition == "newest",
        tasks=TaskLimits(min=body.tasks.min, max=body.tasks.max) if body.tasks else None,
        try_first=body.try_first,
        to=body.to,
    )


@operation(bp, "POST", "/<int:number>/stop", answers=DoneTold, body=Reason)
@needs("stop-release")
def stop_release(environment: str, service: str, number: int, body: Reason) -> DoneTold:
    """Stops a release in progress: ECS puts back what ran before."""
    begin_to_write()
    portal().gateways(environment).releases.stop(service, number, who=person().name)
    service_view.outdate(environment, service)
    return DoneTold(done=True)


@operation(bp, "POST", "/<int:number>/answer", answers=DoneTold, body=Answer)
@needs("answer-release")
def answer_release(environment: str, service: str, number: int, body: Answer) -> DoneTold:
    """Says to a deployment that waits whether it goes on or back. Whoever was first counts: 409 tells who."""
    begin_to_write()
    releases, goes_on = portal().gateways(environment).releases, body.answer == "continue"
    told = releases.continue_or_stop(service, number, who=person().name, why=body.why, goes_on=goes_on, hook=body.hook)
    service_view.outdate(environment, service)
    if told and told.goes_on != goes_on:
        on = _("%(who)s was first, and lets it go on", who=told.who)
        back = _("%(who)s was first, and sends it back", who=told.who)
        raise NotWaiting(on if told.goes_on else back, releases.get(service, number))
    return DoneTold(done=True)


@operation(bp, "POST", "/<int:number>/acknowledge", answers=DoneTold, body=Reason)
@needs("acknowledge")
def acknowledge_release(environment: str, service: str, number: int, body: Reason) -> DoneTold:
    """Says that somebody has seen it fail: the service asks for no attention any more."""
    begin_to_write()
    portal().gateways(environment).releases.acknowledge(service, number, who=person().name, why=body.why)
    service_view.outdate(environment, service)
    return DoneTold(done=True)
