"""The platform of an environment, for those who keep it: what waits, has drifted, is used, runs out, costs and ails.

Every table can be exported.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request

from portal import exports
from portal.auth.gate import person
from portal.context import portal
from portal.data import platform_facts, platform_rows, platform_view, tokens_view
from portal.data.platform_view import PlatformView
from portal.exports import Row
from portal.text import platform as words
from portal.text.language import N_, _
from portal.typed_numbers import number
from runtime.platform import capacity as capacity_of
from runtime.platform import idle
from runtime.platform.checks import Finding

bp = Blueprint("platform", __name__)

PARTS = {
    "pending": N_("Pending"),
    "drift": N_("Drift"),
    "checks": N_("To look at"),
    "capacity": N_("Capacity"),
    "quotas": N_("Quotas"),
    "costs": N_("Costs"),
    "calls": N_("API calls"),
}
"""By endpoint, the words of its tab"""
SHOWN = 100
"""Rows of a table by service; the export has all"""
OLD_DAYS = 90
_OLD_DAYS_MAX = 3650


@bp.get("/<environment>/platform")
def pending(environment: str) -> str:
    return _page(environment, "pending", lambda view: {"facts": view.facts})


@bp.get("/<environment>/platform/drift")
def drift(environment: str) -> str:
    return _page(environment, "drift", lambda view: {"facts": view.facts})


@bp.get("/<environment>/platform/checks")
def checks(environment: str) -> str:
    return _page(environment, "checks", _checks)


def _checks(view: PlatformView) -> dict[str, Any]:
    """Rows that do not fit are counted all the same, so that one sees where else to look."""
    facts, wanted = view.facts, request.args
    found = view.findings(_old_days(), facts, tokens_view.seen_by(person()))
    check, owner = wanted.get("check", ""), wanted.get("owner", "")
    of_owner = [it for it in found if owner in ("", it.owner)]
    return {
        "findings": [it for it in of_owner if check in ("", it.check)],
        "counts": Counter(it.check for it in of_owner),
        "checks": words.CHECKS,
        "check": check,
        "owner": owner,
        "owners": sorted({it.owner for it in found if it.owner}),
        "old_days": _old_days(),
        "no_days": _no_days(),
        "facts": facts,
        "idle_days": idle.DAYS,
        "idle_usd": sum(it.usd_a_month or 0.0 for it in of_owner if it.check == "idle"),
    }


@bp.get("/<environment>/platform/capacity")
def capacity(environment: str) -> str:
    def shown(view: PlatformView) -> dict[str, Any]:
        uses = view.uses
        return {
            "facts": view.facts,
            "uses": uses,
            "teams": capacity_of.by_team(uses),
            "kinds": capacity_of.together(uses),
            "capacities": words.CAPACITIES,
        }

    return _page(environment, "capacity", shown)


@bp.get("/<environment>/platform/quotas")
def quotas(environment: str) -> str:
    def shown(view: PlatformView) -> dict[str, Any]:
        facts = view.facts
        return {"facts": facts, "quotas": facts.quotas, "parts_read": platform_facts.QUOTAS}

    return _page(environment, "quotas", shown)


@bp.get("/<environment>/platform/costs")
def costs(environment: str) -> str:
    def shown(view: PlatformView) -> dict[str, Any]:
        facts = view.facts
        found = view.idle(facts)
        return {
            "costs": view.costs,
            "idle": found,
            "idle_usd": sum(it.usd_a_month or 0.0 for it in found),
            "facts": facts,
            "asks_bill": portal().catalog.environment(environment).cost_explorer,
            "bill": facts.bill,
            "billed": view.billed,
        }

    return _page(environment, "costs", shown)


@bp.get("/<environment>/platform/calls")
def calls(environment: str) -> str:
    return _page(environment, "calls", lambda view: {"rates": view.rates, "sharing": view.sharing})


_ROWS: Mapping[str, Callable[[PlatformView], Sequence[Row]]] = {
    "pending": lambda view: platform_rows.pending(view.pending),
    "drift": lambda view: platform_rows.drift(view.drifted),
    "checks": lambda view: platform_rows.findings(_checked(view)),
    "capacity": lambda view: platform_rows.capacity(view.uses),
    "quotas": lambda view: platform_rows.quotas(view.facts.quotas),
    "costs": lambda view: platform_rows.costs(view.costs),
    "bill": lambda view: platform_rows.billed(view.billed),
    "calls": lambda view: platform_rows.rates(view.rates),
}
_EXPORT = f"/<environment>/platform/<any({', '.join(_ROWS)}):part>.<any({', '.join(exports.FORMS)}):form>"


@bp.get(_EXPORT)
def export(environment: str, part: str, form: str) -> Response | tuple[str, int]:
    view = platform_view.of(environment)
    if view is None:
        return render_template("platform/first.html"), 503
    taken_at = view.reading.taken_at
    name = f"slipway-{environment}-{part}-{taken_at:%Y-%m-%d}"
    return exports.answer(name, form, _ROWS[part](view), environment=environment, part=part, as_of=taken_at)


def _checked(view: PlatformView) -> list[Finding]:
    """As the page beside the link shows them, and all of them."""
    found: list[Finding] = _checks(view)["findings"]
    return found


def _old_days() -> int:
    """As usual where nobody typed a number."""
    typed = number(request.args.get("days", "").strip())
    return OLD_DAYS if typed is None or _no_days() else typed


def _no_days() -> str:
    """What is wrong with what was typed; empty where nothing is."""
    typed = request.args.get("days", "").strip()
    days = number(typed)
    if not typed or (days is not None and 1 <= days <= _OLD_DAYS_MAX):
        return ""
    return _(
        "Write a number of days from 1 to %(most)s. What is shown is old after %(usual)s.",
        most=_OLD_DAYS_MAX,
        usual=OLD_DAYS,
    )


def _page(environment: str, part: str, more: Callable[[PlatformView], dict[str, Any]]) -> str:
    view = platform_view.of(environment)
    if view is None:
        return render_template("platform/first.html")
    return render_template(
        f"platform/{part}.html",
        view=view,
        reading=view.reading,
        parts_of_platform=PARTS,
        part=part,
        asked=request.args.to_dict(),
        shown=SHOWN,
        **more(view),
    )
