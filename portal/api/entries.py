"""The entry of a service for programs: read it, say what a change of it means, write it, provision what it says."""

from dataclasses import replace

from flask import Blueprint

from portal import entries
from portal.api.asked import EntryChange, EntryWrite, Reason
from portal.api.operations import operation
from portal.api.told.entries import (
    EntryCheckTold,
    EntryProblemTold,
    EntryReviewTold,
    EntryTold,
    EntryWrittenTold,
    ProvisioningTold,
)
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.data import entry_review, service_view
from portal.registration import draft, ownership
from portal.registration.draft import Draft
from portal.text.language import _
from runtime.aws.errors import Absent
from service_catalog.problems import CatalogError, EntryChanged

bp = Blueprint("api_entries", __name__, url_prefix="/api/v1/environments/<environment>/services/<service>")


@operation(bp, "GET", "/entry", answers=EntryTold)
@needs("read")
def read_entry(environment: str, service: str) -> EntryTold:
    """Reads the entry as it stands in the catalog, for all of its environments, whatever is wrong with it."""
    stands = draft.existing(service, portal().catalog.entry_text(service))
    return EntryTold(name=service, text=stands.text, environments=list(stands.environments))


@operation(bp, "POST", "/entry/check", answers=EntryCheckTold, body=EntryChange)
@needs("read")
def check_entry(environment: str, service: str, body: EntryChange) -> EntryCheckTold:
    """Says what is wrong with a changed entry, or else what it would change in each of its environments, and writes
    nothing. What becomes of single resources only `slipway preview` knows."""
    portal().catalog.entry_text(service)  # there is one
    wanted = _checked(service, body)
    return EntryCheckTold(
        problems=[EntryProblemTold.of(it) for it in wanted.problems],
        reviews=[] if wanted.problems else [EntryReviewTold.of(it) for it in entry_review.of(wanted)],
    )


@operation(bp, "POST", "/entry", answers=EntryWrittenTold, body=EntryWrite, status=201)
@needs("edit-entry")
def write_entry(environment: str, service: str, body: EntryWrite) -> EntryWrittenTold:
    """Writes a changed entry where the portal writes: into the catalog's files, as a commit, or on a branch that waits
    to be merged. What runs stays as it is until it is provisioned. If the entry is not `base` by then: 409."""
    theirs = draft.newlines(portal().catalog.entry_text(service))
    wanted = _checked(service, body)
    if wanted.base != theirs:
        raise EntryChanged(service, theirs)
    wanted = ownership.checked_everywhere(wanted, "edit-entry", is_tried=True)
    if wanted.problems:
        raise CatalogError(wanted.problems)
    written = entries.write(environment, wanted, body.why)
    return EntryWrittenTold(commit=written.commit, branch=written.branch, link=written.link, note=written.note)


@operation(bp, "POST", "/provisioning", answers=ProvisioningTold, body=Reason, status=201)
@needs("provision")
def provision_service(environment: str, service: str, body: Reason) -> ProvisioningTold:
    """Provisions what the entry says, and releases what that stages, where the portal may; elsewhere somebody runs
    `slipway up`. `show_provisioning` tells how it goes on."""
    entries.provision(environment, service, body.why)
    return _run(environment, service)


@operation(bp, "GET", "/provisioning", answers=ProvisioningTold)
@needs("read")
def show_provisioning(environment: str, service: str) -> ProvisioningTold:
    """Tells the newest run that was begun at this copy of the portal."""
    service_view.head(environment, service)
    return _run(environment, service)


def _checked(service: str, body: EntryChange) -> Draft:
    """With all that the settings page finds."""
    text, base = draft.newlines(body.text), draft.newlines(body.base)
    typed = replace(draft.existing(service, text), base=base)
    return ownership.checked(draft.checked(typed, portal().catalog, portal().settings.now()), person())


def _run(environment: str, service: str) -> ProvisioningTold:
    """Raises Absent."""
    run = portal().provisioning.run(environment, service)
    if run is None:
        raise Absent(_("nothing was provisioned from here yet"))
    return ProvisioningTold.of(run)
