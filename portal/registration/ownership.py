"""Whose a service may become: one's own team's. Else somebody would sign for others, and could not change it again. And
what others have left of it in AWS, with its env files, becomes nobody's by its name alone."""

from dataclasses import replace

from portal.auth import Person
from portal.auth.gate import may_in, note_denial
from portal.auth.rights import Decision
from portal.context import portal
from portal.data import earlier_owner, entry_review, owners
from portal.registration.draft import Draft
from portal.text.language import _
from runtime.aws.errors import GatewayError
from service_catalog.files.unexpected import is_name
from service_catalog.problems import Problem, for_message
from service_catalog.records.audit import AuditAction


def checked(draft: Draft, person: Person) -> Draft:
    """With a problem beside the owner, where the entry names another team than before. The platform team may."""
    draft = _name_checked(draft, person)
    owner = draft.answers.get("owner", "").strip()
    is_as_before = bool(draft.service) and owner == draft.owner_before
    if not owner or is_as_before or person.is_platform or owner in person.teams or not draft.is_legible:
        return draft
    message = _("%(owner)s is none of your teams", owner=for_message(owner))
    hint = _("take one of them, or ask the platform team")
    if person.teams:
        hint = _("take %(teams)s, or ask the platform team", teams=_(", ").join(sorted(person.teams)))
    return replace(draft, problems=[*draft.problems, Problem(draft.file, "owner", message, hint)])


def checked_everywhere(draft: Draft, action: AuditAction, is_tried: bool) -> Draft:
    """One entry serves several environments: with a problem for each that the change touches, and where whoever asks
    may not make it. What is tried and not only checked stands in the audit trail."""
    if draft.problems or draft.is_torn:
        return draft
    denied = {name: decision for name in _touched(draft) if not (decision := may_in(name, action, draft.name))}
    if denied and is_tried:
        note_denial(action, draft.name, environments=list(denied))
    found = [_denied_problem(draft, name, decision) for name, decision in denied.items()]
    return replace(draft, problems=[*draft.problems, *found])


def _denied_problem(draft: Draft, environment: str, decision: Decision) -> Problem:
    """It is the same for the whole entry, so it says which environment is meant, and how the others are changed."""
    message = _("This would change %(name)s in %(environment)s.", name=draft.name, environment=environment)
    hint = _("Leave %(environment)s out, and ask who may.", environment=environment)
    if draft.service:
        hint = _("What is to change in one environment alone stands here, under its name.")
    return Problem(draft.file, f"environments.{environment}", f"{message} {decision.why}", hint)


def _touched(draft: Draft) -> list[str]:
    if not draft.service:
        return list(draft.environments)
    return [it.environment for it in entry_review.of(draft) if not it.says_nothing]


def _name_checked(draft: Draft, person: Person) -> Draft:
    problem = name_problem(draft, person)
    return replace(draft, problems=[*draft.problems, Problem(draft.file, "name", *problem)]) if problem else draft


def name_problem(draft: Draft, person: Person) -> tuple[str, str] | None:
    """Message and hint, where AWS still has something of a service of that name that was others': all of it, or the
    history alone."""
    if person.is_platform or not is_name(draft.name):
        return None
    found = (_name_problem(draft, environment, person) for environment in _new_environments(draft))
    return next((it for it in found if it), None)


def _new_environments(draft: Draft) -> list[str]:
    """Where a service of that name comes to be."""
    known, before = portal().catalog.environment_names(), draft.environments_before
    return [name for name in draft.environments if name in known and name not in before]


def _name_problem(draft: Draft, environment: str, person: Person) -> tuple[str, str] | None:
    names = {"name": draft.name, "environment": environment}
    theirs = None if draft.service else owners.owner_of(environment, draft.name)
    if theirs and theirs not in person.teams:
        hint = _("take another name, or ask %(owner)s or the platform team", owner=for_message(theirs))
        return _("%(name)s is still in AWS, in %(environment)s", **names), hint
    try:
        earlier = None if theirs else earlier_owner.of(environment, draft.name)
    except GatewayError:
        told = _("AWS did not answer when it was asked whether %(environment)s had a service %(name)s before", **names)
        return told, _("try again, or ask the platform team")
    if earlier is None or earlier.owner in person.teams:
        return None
    told = _("%(environment)s has env files and releases of an earlier %(name)s, which would become yours", **names)
    if not earlier.owner:
        return told, _("take another name, or ask the platform team to register it")
    return told, _(
        "take another name, or let %(owner)s or the platform team register it", owner=for_message(earlier.owner)
    )
