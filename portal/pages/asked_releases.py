"""Releases that somebody asked for where a second person has to confirm them: look at one, and answer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import release_review, why
from portal.auth.gate import may
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import asked_view, cost_view, proposal_view, service_view
from portal.pages.asked import back_to_request
from portal.security import hold_back_from_caches
from portal.text.language import _
from portal.text.translate import said
from runtime.bucket.release_records import ReleaseRefused
from runtime.releases.releases import ReleaseInvalid
from runtime.second_person import AskedRefused

bp = Blueprint("asked_releases", __name__, url_prefix="/<environment>/services/<service>/releases/asked")
for refusal in (AskedRefused, ReleaseRefused, ReleaseInvalid):
    bp.register_error_handler(refusal, back_to_request)


@bp.get("/<int:number>")
def show(environment: str, service: str, number: int) -> str:
    hold_back_from_caches()  # values of settings are on it
    head, reading = service_view.page(environment, service)
    found = reading.value
    it = asked_view.of(environment, service, number, found)
    proposal = it.look.proposal
    return render_template(
        "releases/asked.html",
        head=head,
        reading=reading,
        facts=found,
        it=it,
        proposal=proposal,
        cost_change=cost_view.of_release(proposal, environment),
        env=proposal_view.env_changes(environment, service, proposal, found),
        consequences=release_review.consequences(proposal, head.kind, found),
        allowed=may("confirm-release", service),
    )


@bp.post("/<int:number>/confirm")
@needs("confirm-release")
def confirm(environment: str, service: str, number: int) -> ResponseReturnValue:
    begin_to_write()
    asking = portal().gateways(environment).asking
    release = asking.confirm(service, number, who=asked_view.who(), why=why.typed())
    service_view.outdate(environment, service)
    if release.outcome:
        told = _("Release %(number)s was not carried out.", number=release.number)
        flash(f"{told} {said(release.outcome.reason)}", "bad")
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.post("/<int:number>/decline")
@needs("confirm-release")
def decline(environment: str, service: str, number: int) -> ResponseReturnValue:
    """By whoever asked, it is withdrawn."""
    begin_to_write()
    portal().gateways(environment).asking.decline(service, number, who=asked_view.who(), why=why.typed())
    service_view.outdate(environment, service)
    return redirect(url_for(".show", environment=environment, service=service, number=number), 303)
