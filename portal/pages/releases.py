"""Releases of one service: look back, review what would change, start, stop and roll back."""

import hashlib
import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal import service_facts
from portal.context import portal
from portal.language import _
from runtime.claims import ReleaseRefused
from runtime.errors import Invalid
from runtime.plans import Proposal
from runtime.records import Wish
from runtime.releases import ReleaseInvalid
from service_catalog import env_file
from service_catalog.problems import shown

bp = Blueprint("releases", __name__, url_prefix="/<environment>/services/<service>/releases")

WHY_MAX = 300
_NUMBER = re.compile(r"[0-9]{1,9}")
"""Of a version or a release, as people type it; longer ones are no number that anything here will ever reach."""
KEEP = "keep"
"""As the answer to ``definition``: the one that runs, though the catalog provisioned another."""


@bp.get("")
def index(environment: str, service: str) -> str:
    head, reading = service_facts.page(environment, service)
    return render_template("releases/list.html", head=head, reading=reading)


@bp.get("/new")
def new(environment: str, service: str) -> str:
    return _review(environment, service, request.args)


@bp.post("")
def create(environment: str, service: str) -> ResponseReturnValue:
    wish = _wish(request.form)
    releases = portal().gateways(environment).releases
    if request.form.get("seen") != _seen(releases.proposal(service, wish)):
        notice = _("Nothing was started: what runs, or what would run, has changed since you looked. Review it again.")
        return _review(environment, service, request.form, notice), 409
    why = request.form.get("why", "").strip()[:WHY_MAX]
    release = releases.release(service, wish, who=portal().who.person().name, why=why)
    service_facts.outdate(environment, service)
    number = release.number
    if release.outcome:
        flash(_("Release %(number)s was not carried out.", number=number) + f" {release.outcome.reason}", "bad")
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.post("/<int:number>/stop")
def stop(environment: str, service: str, number: int) -> ResponseReturnValue:
    portal().gateways(environment).releases.stop(service, number, who=portal().who.person().name)
    service_facts.outdate(environment, service)
    flash(_("Release %(number)s was told to stop; what ran before comes back.", number=number), "wait")
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.errorhandler(ReleaseRefused)
@bp.errorhandler(ReleaseInvalid)
def refused(error: ReleaseRefused | ReleaseInvalid) -> ResponseReturnValue:
    """The review once more, with the reason above it: what was wished is not lost."""
    where = request.view_args or {}
    service_facts.outdate(where["environment"], where["service"])
    status = 409 if isinstance(error, ReleaseRefused) else 422
    notice = _("Nothing was started:") + f" {error}"
    return _review(where["environment"], where["service"], request.form, notice), status


def _review(environment: str, service: str, said: MultiDict[str, str], notice: str = "") -> str:
    wish = _wish(said)
    releases = portal().gateways(environment).releases
    proposal = releases.proposal(service, wish)
    head, reading = service_facts.page(environment, service)
    return render_template(
        "releases/new.html",
        head=head,
        wish=wish,
        earlier=releases.get(service, wish.to) if wish.to is not None else None,
        notice=notice,
        proposal=proposal,
        seen=_seen(proposal),
        why=said.get("why", ""),
        env=_env_changes(environment, service, proposal),
        running=len(reading.value.running),
    )


def _wish(said: MultiDict[str, str]) -> Wish:
    """From an address or a form: ``image=2.14.0&env.app=13&to=115``. What is blank stays as it is.

    Raises Invalid for whatever is no number: to leave it out would offer something that nobody asked for.
    """
    typed = {name: text.strip() for name, text in said.items() if name == "to" or name.startswith("env.")}
    typed = {name: text for name, text in typed.items() if text}
    wrong = [_no_number(name, text) for name, text in typed.items() if not _NUMBER.fullmatch(text)]
    if wrong:
        raise Invalid(*wrong)
    numbers = {name: int(text) for name, text in typed.items()}
    to = numbers.pop("to", None)
    env = {name.removeprefix("env."): number for name, number in numbers.items()}
    return Wish(image=said.get("image", "").strip() or None, env=env, definition=said.get("definition") != KEEP, to=to)


def _no_number(name: str, text: str) -> str:
    if name == "to":
        return _("%(typed)s is no number of a release; choose one on the page of releases.", typed=shown(text))
    file = name.removeprefix("env.")
    return _("%(typed)s is no version of %(file)s; choose one on its page.", typed=shown(text), file=file)


def _env_changes(environment: str, service: str, proposal: Proposal) -> list[dict[str, Any]]:
    """By file: which keys differ. Their values stand on the env pages only."""
    env_files = portal().gateways(environment).env_files
    before = proposal.live.env if proposal.live else {}
    found = []
    for file in dict.fromkeys([*before, *proposal.wanted.env]):
        old, new = before.get(file, 0), proposal.wanted.env.get(file, 0)
        if old != new:
            texts = [(env_files.read(service, file, it).text or "") if it else "" for it in (old, new)]
            found.append({"file": file, "old": old, "new": new, "changes": env_file.diff(*texts)})
    return found


def _seen(proposal: Proposal) -> str:
    """Says whether what is started is what was reviewed."""
    shown = (proposal.live, proposal.wanted, [str(change) for change in proposal.definition_changes])
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
