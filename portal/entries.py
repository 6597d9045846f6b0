"""A changed entry is written, and what it says provisioned: for pages and for programs alike."""

from typing import Any

from portal import authorship
from portal.auth.gate import person
from portal.context import begin_to_write, portal
from portal.data import service_view
from portal.registration.draft import Draft
from portal.text.language import _
from runtime.aws.errors import Invalid
from service_catalog.changes import Written


def write(environment: str, wanted: Draft, why: str) -> Written:
    """One that was checked. Raises EntryChanged where somebody else was first, and CatalogError where there is no way
    to write. ``environment`` is where it was asked for, whose trail tells of it."""
    begin_to_write()
    wish = authorship.change(wanted.service, wanted.text, wanted.base, why)
    written = portal().writer.write(wish, authorship.author(person()))
    trail = portal().gateways(environment).audit
    about: dict[str, Any] = {"owner": wanted.answers.get("owner", ""), "environments": list(wanted.environments)}
    trail.note("edit-entry", wanted.name, person().name, why, **about, **authorship.about(written))
    if not written.branch:
        for name in portal().catalog.environment_names():
            portal().collector.outdate(name)
    return written


def provision(environment: str, service: str, why: str) -> None:
    """Raises Invalid where the portal may not, CatalogError for a broken entry, AlreadyProvisioning."""
    if not portal().provisioning.may(environment):
        raise Invalid(_("Services of %(environment)s are not provisioned from here", environment=environment))
    portal().catalog.service(service, environment)  # a broken entry is told before anything is started
    portal().provisioning.start(environment, service)
    portal().gateways(environment).audit.note("provision", service, person().name, why)
    service_view.outdate(environment, service)
