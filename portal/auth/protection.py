"""Protected environments: there a release, and a run, needs more than the team's own word.

``platform``: only the platform team releases. ``four-eyes``: one asks, and another of the owner's team, or of the
platform team, confirms. Going back stays open to the owner's team at any time: stopping a release, and a roll back to
one that came through here, which was agreed on when it was made.
"""

from portal.auth import Person
from portal.auth.rights import ALLOWED, Decision
from portal.text.language import _
from service_catalog.model import Environment
from service_catalog.records.releases import Release


def may_run_alone(environment: Environment) -> Decision:
    """Of somebody who may start runs there. A run's command does whatever the service may."""
    if environment.protection != "four-eyes":
        return ALLOWED
    told = _("Runs in %(environment)s need a second person: ask for it, and another of the team confirms it.")
    return Decision(told % {"environment": environment.name})


def may_be_one_of_two(person: Person) -> Decision:
    """Who asks and who confirms are two people: by a token that is nobody's, one could be both."""
    if not person.is_program:
        return ALLOWED
    return Decision(_("Two people are asked for here, and this token is nobody’s: take one of your own."))


def may_release_alone(environment: Environment, person: Person, earlier: Release | None) -> Decision:
    """``earlier``: what it rolls back to. Of somebody who may release where nothing is protected."""
    if environment.protection is None or (earlier and earlier.came_through):
        return ALLOWED
    if environment.protection == "four-eyes":
        told = _("Releases in %(environment)s need a second person: ask for it, and another of the team confirms it.")
        return Decision(told % {"environment": environment.name})
    if person.is_platform:
        return ALLOWED
    told = _("Only the platform team releases in %(environment)s: ask them. Rolling back is open to you at any time.")
    return Decision(told % {"environment": environment.name})
