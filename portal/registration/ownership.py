"""Whose a service may become: one's own team's. Else somebody would sign for others, and could not change it again. And
what others have left of it in AWS, with its env files, becomes nobody's by its name alone."""

from dataclasses import replace

from portal.auth import Person
from portal.data import owners
from portal.registration.draft import Draft
from portal.text.language import _
from service_catalog.problems import Problem, for_message


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


def _name_checked(draft: Draft, person: Person) -> Draft:
    """With a problem beside the name of a new service that left the catalog and is still provisioned."""
    if draft.service or person.is_platform:
        return draft
    for environment in draft.environments:
        theirs = owners.owner_of(environment, draft.name)
        if theirs and theirs not in person.teams:
            message = _("%(name)s is still in AWS, in %(environment)s", name=draft.name, environment=environment)
            hint = _("take another name, or ask %(owner)s or the platform team", owner=for_message(theirs))
            return replace(draft, problems=[*draft.problems, Problem(draft.file, "name", message, hint)])
    return draft
