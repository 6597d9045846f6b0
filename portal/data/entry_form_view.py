"""What the form of an entry shows beside its answers: what each field is worth knowing of, owners, costs."""

from typing import Any

from portal.auth.gate import person
from portal.context import portal
from portal.data import cost_view, entry_known, schedule_view
from portal.data.cost_view import Cost
from portal.registration import form, labels
from portal.registration.draft import Draft
from portal.registration.row_numbers import rows_of
from portal.text.language import _
from portal.text.schedules import moment_words
from portal.text.translate import said
from service_catalog.fields import KINDS
from service_catalog.model import Schedule


def of(environment: str, wanted: Draft, is_checked: bool = False, more: str = "") -> dict[str, Any]:
    """What the templates of the form are drawn with. ``more``: the field for which rows were added."""
    owners, rest = _owners(environment), labels.rest_groups(wanted.kind)
    paths_of_rest = ["overrides", *(control.name for _title, controls in rest for control in controls)]
    return {
        "draft": wanted,
        "is_checked": is_checked,
        "labels": labels.LABELS,
        "enough": labels.ENOUGH[wanted.kind],
        "label_of_control": labels.label_of_control,
        "kinds": KINDS,
        "groups": labels.first_groups(wanted.kind),
        "rest": rest,
        "is_rest_open": bool(more) or any(wanted.problems_of(path) for path in paths_of_rest),
        "unshown": form.unshown_answers(wanted.answers, labels.shown_controls(wanted.kind)),
        "answer": lambda control, is_new=False: form.shown_answer(control, wanted.answers, is_new),
        "rows": lambda control: rows_of(control, wanted.answers),
        "more": more,
        "owners": owners,
        "notes": _notes(wanted, owners) if is_checked else {},
        "known": entry_known.of(environment, wanted, with_images=is_checked),
        "costs": _costs(wanted) if is_checked else [],
        "other_environments": [name for name in portal().catalog.environment_names() if name != environment],
    }


def _costs(wanted: Draft) -> list[Cost]:
    """By environment, of an entry without a problem."""
    if wanted.problems or wanted.is_torn:
        return []
    catalog = portal().catalog
    services = {name: catalog.text_service(wanted.text, wanted.name, name) for name in wanted.environments}
    found = (cost_view.with_shares(service, name) for name, service in services.items())
    return [cost for cost in found if cost]


def _owners(environment: str) -> list[str]:
    """Teams that may be named: one's own, and to the platform team all that own something. Asks AWS nothing."""
    who = person()
    reading = portal().collector.look(environment) if who.is_platform else None
    rows = reading.value.rows.values() if reading else ()
    return sorted({*who.teams, *(row.owner for row in rows if row.owner)})


def _notes(wanted: Draft, owners: list[str]) -> dict[str, str]:
    """What is worth knowing of an answer that is no problem, by its field."""
    owner = wanted.answers.get("owner", "").strip()
    warnings = portal().catalog.text_warnings(wanted.text, wanted.name) if not wanted.problems else []
    notes = {labels.field_of(it): "; ".join(filter(None, [said(it.message), said(it.hint)])) for it in warnings}
    if owner and owners and owner not in owners:
        notes["owner"] = _("No other service has this owner. A team’s name is spelled the same everywhere.")
    return notes | _schedule_note(wanted)


def _schedule_note(wanted: Draft) -> dict[str, str]:
    """When a job is going to run, for who is not sure what they wrote."""
    given = form.mapping(wanted.answers).get("schedule") or {}
    if "cron" not in given or any(wanted.problems_of(f"schedule.{it}") for it in ("cron", "timezone", "rate")):
        return {}
    view = schedule_view.of(Schedule.model_validate(given), portal().settings.now())
    times = [moment_words(moment) for moment in view.next] if view else []
    return {"schedule.cron": _("Next: %(times)s", times=_(", ").join(times))} if times else {}
