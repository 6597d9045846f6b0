"""Releases of one service: look back, review what would change, start, stop and roll back."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal import release_form, release_review, why
from portal.auth.gate import person, refuse
from portal.auth.protection import may_release_alone
from portal.auth.rights import Decision, needs
from portal.context import begin_to_write, portal
from portal.data import asked_view, cost_view, promotion_view, proposal_view, release_view, rollout, service_view
from portal.data.promotion_view import Promotion
from portal.security import hold_back_from_caches
from portal.text import states
from portal.text.language import _
from portal.text.releases import release_words
from portal.text.translate import said
from runtime.aws.errors import Invalid
from runtime.bucket.release_records import ReleaseRefused
from runtime.releases.proposal import Proposal
from runtime.releases.releases import NotFailed, NotWaiting, ReleaseInvalid, StopRefused
from runtime.releases.request import ReleaseRequest
from service_catalog.records.releases import Approval, Release

_LAST_LINES = timedelta(minutes=2)
"""After its end a release's tasks still print, and their lines take a moment to arrive"""

bp = Blueprint("releases", __name__, url_prefix="/<environment>/services/<service>/releases")


@bp.get("")
def index(environment: str, service: str) -> str:
    head, reading = service_view.page(environment, service)
    return render_template("releases/list.html", head=head, reading=reading)


@bp.get("/new")
def new(environment: str, service: str) -> str:
    return _review(environment, service, request.args)


@bp.get("/<int:number>")
def show(environment: str, service: str, number: int) -> str:
    hold_back_from_caches()  # values of settings are on it
    head, reading = service_view.page(environment, service)
    found = reading.value
    it = release_view.of(environment, service, number, found)
    outcome, is_in_progress = it.release.outcome, found.live.in_progress == it.release
    return render_template(
        "releases/show.html",
        head=head,
        reading=reading,
        facts=found,
        it=it,
        rollout=rollout.of(found) if is_in_progress else None,
        test_address=service_view.testers_url(environment, found.provisioned_entry, found) if is_in_progress else "",
        can_acknowledge=found.live.rolled_back == it.release and found.live.release and not found.is_acknowledged,
        needs_second=g.environment.protection == "four-eyes",
        promotes_to=_promotions(environment, it.release),
        outcome_state=states.OUTCOMES[outcome.status] if outcome else None,
        logs=_logs(environment, it.release),
    )


def _logs(environment: str, release: Release) -> str:
    """The address of what its service printed from its beginning to its end."""
    until = (release.outcome.when + _LAST_LINES).astimezone(UTC) if release.outcome else None
    span: dict[str, Any] = {
        "range": "span",
        "zone": "UTC",
        "from": f"{release.when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "until": f"{until:%Y-%m-%dT%H:%M:%S}" if until else None,
    }
    return url_for("logs.index", environment=environment, service=release.service, **span)


def _promotions(environment: str, release: Release) -> dict[str, str]:
    """By environment, the address of the review there that releases its image; only of what came through."""
    if not release.came_through:
        return {}
    asked: dict[str, Any] = promotion_view.asks(environment, release)
    names = promotion_view.targets(environment, release.service)
    return {name: url_for(".new", environment=name, service=release.service, **asked) for name in names}


@bp.post("")
@needs("release")
def create(environment: str, service: str) -> ResponseReturnValue:
    release_request = release_form.read(request.form)
    releases = portal().gateways(environment).releases
    refuse(_may_release_alone(service, release_request), "release", service)
    if outdated := _outdated(environment, service, releases.proposal(service, release_request)):
        return outdated
    begin_to_write()
    release = releases.release(service, release_request, who=person().name, why=why.typed())
    service_view.outdate(environment, service)
    number = release.number
    if release.outcome:
        flash(_("Release %(number)s was not carried out.", number=number) + f" {release.outcome.reason}", "bad")
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.post("/asked")
@needs("ask-release")
def ask(environment: str, service: str) -> ResponseReturnValue:
    """Where another has to confirm it."""
    release_request, gateways = release_form.read(request.form), portal().gateways(environment)
    if gateways.environment.protection != "four-eyes":
        raise Invalid(_("releases in %(environment)s need no second person: release it.", environment=environment))
    if outdated := _outdated(environment, service, gateways.releases.proposal(service, release_request)):
        return outdated
    begin_to_write()
    asked = gateways.asking.ask(service, release_request, who=asked_view.who(), why=why.typed())
    service_view.outdate(environment, service)
    flash(_("You asked for this release. Nothing was started: another of the team has to confirm it."), "ok")
    return redirect(url_for("asked_releases.show", environment=environment, service=service, number=asked.number), 303)


def _may_release_alone(service: str, release_request: ReleaseRequest) -> Decision:
    """In the environment of the current request."""
    where, to = g.environment, release_request.to
    earlier = portal().gateways(where.name).releases.get(service, to) if to is not None else None
    return may_release_alone(where, person(), earlier)


def _outdated(environment: str, service: str, proposal: Proposal) -> ResponseReturnValue | None:
    """The answer to a form that was drawn in another world than that of now."""
    if proposal.newest and request.form.get("after") != str(proposal.newest.number):
        return _after_another(environment, service, proposal.newest)
    if request.form.get("seen") != proposal.seen:
        notice = _("Nothing was started: what runs, or what would run, has changed since you looked. Review it again.")
        return _review(environment, service, request.form, notice), 409
    return None


@bp.post("/<int:number>/stop")
@needs("stop-release")
def stop(environment: str, service: str, number: int) -> ResponseReturnValue:
    begin_to_write()
    portal().gateways(environment).releases.stop(service, number, who=person().name)
    service_view.outdate(environment, service)
    return _back(environment, service, number)


@bp.post("/<int:number>/answer")
@needs("answer-release")
def answer(environment: str, service: str, number: int) -> ResponseReturnValue:
    """To a deployment that waits for somebody: it goes on, or back."""
    begin_to_write()
    releases, who = portal().gateways(environment).releases, person().name
    if request.form.get("answer") not in ("continue", "roll-back"):
        abort(400)
    goes_on, hook = request.form["answer"] == "continue", request.form.get("hook", "")
    told = releases.continue_or_stop(service, number, who=who, goes_on=goes_on, hook=hook)
    if told and (told.who != who or told.goes_on != goes_on):
        flash(_first_to_answer(told), "wait")
    service_view.outdate(environment, service)
    return _back(environment, service, number)


@bp.post("/<int:number>/acknowledge")
@needs("acknowledge")
def acknowledge(environment: str, service: str, number: int) -> ResponseReturnValue:
    begin_to_write()
    releases = portal().gateways(environment).releases
    said_by = releases.acknowledge(service, number, who=person().name, why=why.typed()).who
    service_view.outdate(environment, service)
    flash(
        _("%(who)s has seen release %(number)s fail: it needs no attention any more.", who=said_by, number=number), "ok"
    )
    return _back(environment, service, number)


def _back(environment: str, service: str, number: int) -> ResponseReturnValue:
    """To where the button was pressed: the page of the service, or that of the release."""
    if request.form.get("from") == "release":
        return redirect(url_for(".show", environment=environment, service=service, number=number), 303)
    return redirect(url_for("services.show", environment=environment, service=service), 303)


def _first_to_answer(told: Approval) -> str:
    if told.goes_on:
        return _("%(who)s was first, and lets it go on.", who=told.who)
    return _("%(who)s was first, and sends it back.", who=told.who)


@bp.errorhandler(NotWaiting)
@bp.errorhandler(NotFailed)
def not_so_by_now(error: NotWaiting | NotFailed) -> ResponseReturnValue:
    environment, service = str((request.view_args or {})["environment"]), error.release.service
    service_view.outdate(environment, service)
    flash(said(error.sentence), "wait")
    return _back(environment, service, error.release.number)


@bp.errorhandler(StopRefused)
def not_stopped(error: StopRefused) -> ResponseReturnValue:
    """Back to where the button was pressed, with what is so by now and the way to undo it."""
    environment, service = str((request.view_args or {})["environment"]), error.release.service
    service_view.outdate(environment, service)
    flash(_not_stopped(environment, error), "wait")
    return _back(environment, service, error.release.number)


@bp.errorhandler(ReleaseRefused)
@bp.errorhandler(ReleaseInvalid)
def refused(error: ReleaseRefused | ReleaseInvalid) -> ResponseReturnValue:
    """The review once more, with the reason above it: what was asked for is not lost."""
    where = request.view_args or {}
    service_view.outdate(where["environment"], where["service"])
    if isinstance(error, ReleaseRefused) and _is_second_press(error.theirs):
        return redirect(url_for("services.show", environment=where["environment"], service=where["service"]), 303)
    status = 409 if isinstance(error, ReleaseRefused) else 422
    notice = _("Nothing was started:") + f" {said(error.sentence)}"
    return _review(where["environment"], where["service"], request.form, notice), status


def _after_another(environment: str, service: str, newest: Release) -> ResponseReturnValue:
    """The form was drawn before a newer release, which may be what this very form started."""
    number, who = newest.number, newest.who
    told = _("Nothing was started: release %(number)s was made in the meantime by %(who)s.", number=number, who=who)
    service_view.outdate(environment, service)
    if _is_second_press(newest):
        if newest.outcome:
            flash(told, "wait")
        return redirect(url_for("services.show", environment=environment, service=service), 303)
    return _review(environment, service, request.form, f"{told} {_('Review it again.')}"), 409


def _is_second_press(theirs: Release | None) -> bool:
    """It is what this very person just started: they want to watch it or see how it ended, not to be refused."""
    asked, release_request = (person().name, why.typed()), release_form.read(request.form)
    return (
        theirs is not None
        and (theirs.who, theirs.why) == asked
        and (
            release_request.image is None
            or theirs.contents.image.endswith((f":{release_request.image}", f"@{release_request.image}"))
        )
        and all(theirs.contents.env.get(file) == number for file, number in release_request.env.items())
    )


def _not_stopped(environment: str, error: StopRefused) -> str:
    release, ended = error.release, error.release.outcome
    if ended is None:
        return said(error.sentence)
    state = _(states.OUTCOMES[ended.status].word)
    if ended.status != "succeeded" or release.base is None:
        return _("Release %(number)s had already ended: %(state)s.", number=release.number, state=state)
    before = portal().gateways(environment).releases.get(release.service, release.base)
    way_back = url_for(".new", environment=environment, service=release.service, to=before.number)
    undo = _("Roll back to %(release)s…", release=release_words(before.contents))
    told = _("Release %(number)s had already succeeded. To undo it:", number=release.number)
    return Markup('{} <a class="button" href="{}">{}</a>').format(told, way_back, undo)


def _review(environment: str, service: str, said: MultiDict[str, str], notice: str = "") -> str:
    hold_back_from_caches()  # values of settings are on it
    release_request = release_form.read(said)
    releases = portal().gateways(environment).releases
    proposal = releases.proposal(service, release_request)
    head, reading = service_view.page(environment, service)
    found = reading.value
    earlier = releases.get(service, release_request.to) if release_request.to is not None else None
    changes = proposal_view.env_changes(environment, service, proposal, found)
    promotion = promotion_view.of(environment, service, proposal.wanted.image, said.get("promoted", ""))
    near = release_review.tags_near(environment, found, release_request) if proposal.problems else []
    return render_template(
        "releases/new.html",
        head=head,
        asked=release_form.fields(release_request) | _promoted(promotion),
        tries=release_request.try_first,
        notice=notice,
        proposal=proposal,
        seen=proposal.seen,
        alone=_may_release_alone(service, release_request),
        is_asked_for=g.environment.protection == "four-eyes",
        cost_change=cost_view.of_release(proposal, environment),
        why=said.get("why", release_review.meant(changes, promotion)),
        promotion=promotion,
        env=changes,
        lost=releases.lost_by(service, proposal),
        near={tag: release_form.fields(replace(release_request, image=tag)) for tag in near},
        running=found.live_tasks,
        button=release_review.button(proposal, earlier, found.live_tasks),
        consequences=release_review.consequences(proposal, head.kind, found),
        facts=found,
    )


def _promoted(promotion: Promotion | None) -> dict[str, str]:
    return {"promoted": promotion_view.origin(promotion.environment, promotion.release)} if promotion else {}
