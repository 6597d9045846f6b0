"""Whose a service may become: one's own team's. Else somebody would sign for others, and could not change it again."""

from dataclasses import replace

from portal.auth import Person
from portal.registration.draft import Draft
from portal.text.language import _
from service_catalog.problems import Problem, for_message


def checked(draft: Draft, person: Person) -> Draft:
    """With a problem beside the owner, where the entry names another team than before. The platform team may."""
    owner = draft.answers.get("owner", "").strip()
    is_as_before = bool(draft.service) and owner == draft.owner_before
    if not owner or is_as_before or person.is_platform or owner in person.teams or not draft.is_legible:
        return draft
    message = _("%(owner)s is none of your teams", owner=for_message(owner))
    hint = _("take one of them, or ask the platform team")
    if person.teams:
        hint = _("take %(teams)s, or ask the platform team", teams=_(", ").join(sorted(person.teams)))
    return replace(draft, problems=[*draft.problems, Problem(draft.file, "owner", message, hint)])
