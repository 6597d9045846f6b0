"""An image that ran in one environment goes to another: is it there, and is it the same one?

A review says of a promotion what its own check does not: that the tag is known here, but stands for another image.
"""

import re
from dataclasses import dataclass, replace

from portal.context import portal
from portal.text.language import _
from runtime.aws.ecr_images import Presence
from runtime.aws.errors import GatewayError, Invalid
from service_catalog import image_references
from service_catalog.problems import CatalogError, for_message
from service_catalog.records.releases import Release

_ORIGIN = re.compile(r"([a-z][a-z0-9-]*):([0-9]{1,9})")


@dataclass(frozen=True)
class Promotion:
    environment: str
    """Where it ran"""
    release: Release
    wanted: str
    """The full reference that would run here"""
    digest_there: str = ""
    """Of its image, as the registry has it now; empty where that cannot be told"""
    digest_here: str = ""
    """Of the reference that would run here"""
    is_missing: bool = False
    """This environment's registry does not have it"""
    note: str = ""
    """Why the two could not be compared"""

    @property
    def is_another(self) -> bool:
        return bool(self.digest_there and self.digest_here) and self.digest_there != self.digest_here

    @property
    def copy_command(self) -> str:
        return f"crane copy {self.release.image} {self.wanted}"


def origin(environment: str, release: Release) -> str:
    """As the address of a review says where an image comes from."""
    return f"{environment}:{release.number}"


def asks(environment: str, release: Release) -> dict[str, str]:
    """What a review elsewhere is asked for."""
    tag_or_digest = release.image.partition("@")[2] or image_references.short(release.image)
    return {"image": tag_or_digest, "promoted": origin(environment, release)}


def targets(environment: str, service: str) -> list[str]:
    """Other environments that have the service, and in which releases choose its image."""
    names = (name for name in portal().environment_names() if name != environment)
    return [name for name in names if _chooses_image(name, service)]


def of(environment: str, service: str, wanted: str, asked: str) -> Promotion | None:
    """``asked`` is an ``origin``; None where there is none. Raises Invalid for what is none, and Absent."""
    if not asked:
        return None
    match = _ORIGIN.fullmatch(asked)
    if match is None or match[1] not in portal().environment_names() or match[1] == environment:
        told = _("promoted must be another environment and a release of it, such as dev:12, got %(typed)s.")
        raise Invalid(told % {"typed": for_message(asked)})
    there = portal().gateways(match[1])
    release = there.releases.get(service, int(match[2]))
    found = Promotion(match[1], release, wanted)
    if release.image == wanted:  # one registry for both
        return found
    try:
        ran, would_run = there.images.look(release.image), portal().gateways(environment).images.look(wanted)
    except GatewayError as error:
        return replace(found, note=error.sentence)
    is_missing = would_run.presence is Presence.MISSING
    note = ran.note or ("" if is_missing else would_run.note)
    return replace(found, digest_there=ran.digest, digest_here=would_run.digest, is_missing=is_missing, note=note)


def _chooses_image(environment: str, service: str) -> bool:
    try:
        entry = portal().catalog.service(service, environment)
    except CatalogError:
        return False
    return entry.image.tag is None and entry.image.digest is None
