"""Images in ECR registries: which tags a repository holds, and whether one is there.

Other registries need other credentials and APIs, so their images cannot be checked, and a note says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Denied
from service_catalog import image_references
from service_catalog.arns import ecr_image
from service_catalog.messages import say
from service_catalog.model import Environment


class Presence(Enum):
    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ImageTag:
    tag: str
    digest: str
    pushed_at: datetime | None


@dataclass(frozen=True)
class ImageTags:
    tags: list[ImageTag]
    """Newest first"""
    note: str = ""
    """Why there are none to choose from"""


@dataclass(frozen=True)
class Look:
    presence: Presence
    note: str = ""
    """What to do about a missing image, or why it cannot be checked"""
    digest: str = ""
    """Of an image that is there: a tag may be moved to another one, a digest is the image itself"""


@dataclass(frozen=True)
class _Repository:
    account: str
    name: str


class Images:
    def __init__(self, aws: Clients, environment: Environment):
        self._aws, self._environment = aws, environment

    def tags(self, repository: str, limit: int = 100) -> ImageTags:
        """``repository`` is a full URI without tag."""
        place = self._place(repository)
        if isinstance(place, str):
            return ImageTags([], place)
        try:
            pages = self._aws.pages(
                "ecr",
                "describe_images",
                say("listing images of %(repository)s", repository=repository),
                registryId=place.account,
                repositoryName=place.name,
                filter={"tagStatus": "TAGGED"},
            )
            found = [tag for page in pages for said in page["imageDetails"] for tag in read_image(said)]
        except Absent:
            return ImageTags(
                [], say("ECR has no repository %(name)s in account %(account)s", name=place.name, account=place.account)
            )
        except Denied:
            return ImageTags([], say("these credentials may not list the images of %(name)s", name=place.name))
        found.sort(key=lambda it: (it.pushed_at.timestamp() if it.pushed_at else 0.0, it.tag), reverse=True)
        return ImageTags(
            found[:limit], "" if found else say("%(name)s holds no tagged image yet; push one", name=place.name)
        )

    def has_repository(self, name: str) -> bool:
        """In the environment's own registry. Where these credentials may not tell, whoever makes one is told."""
        try:
            asked = say("looking for the repository %(name)s", name=name)
            self._aws.call("ecr", "describe_repositories", asked, repositoryNames=[name])
        except (Absent, Denied):
            return False
        return True

    def look(self, reference: str) -> Look:
        """Is ``repository:tag`` or ``repository@sha256:…`` there?"""
        repository, image_id = split_reference(reference)
        place = self._place(repository)
        if isinstance(place, str):
            return Look(Presence.UNKNOWN, place)
        try:
            found = self._describe(place, image_id, reference)
        except Absent:
            found = ""
        except Denied:
            return Look(Presence.UNKNOWN, say("these credentials may not look for %(reference)s", reference=reference))
        return (
            Look(Presence.THERE, digest=found)
            if found
            else Look(Presence.MISSING, say("%(reference)s is not in ECR; push it first", reference=reference))
        )

    def _describe(self, place: _Repository, image_id: dict[str, str], reference: str) -> str:
        """Its digest; empty where it is not there."""
        answer = self._aws.call(
            "ecr",
            "describe_images",
            say("looking for %(reference)s", reference=reference),
            registryId=place.account,
            repositoryName=place.name,
            imageIds=[image_id],
        )
        return next((str(said["imageDigest"]) for said in answer["imageDetails"]), "")

    def _place(self, repository: str) -> _Repository | str:
        """Where in ECR, or the sentence why not."""
        match = ecr_image(repository)
        if not match:
            return say(
                "images of %(repository)s cannot be checked: it is not in an ECR registry", repository=repository
            )
        if match["region"] != self._environment.region:
            return say(
                "images of %(repository)s cannot be checked from %(region)s",
                repository=repository,
                region=self._environment.region,
            )
        return _Repository(match["account"], match["repository"])


def split_reference(reference: str) -> tuple[str, dict[str, str]]:
    """``host/name:tag`` → the repository, and the image as ECR calls it."""
    repository = image_references.repository(reference)
    rest = reference[len(repository) :]
    if rest.startswith("@"):
        return repository, {"imageDigest": rest[1:]}
    return repository, {"imageTag": rest[1:] or "latest"}


def read_image(said: Mapping[str, Any]) -> list[ImageTag]:
    """One entry of ``describe_images()["imageDetails"]``: an image may bear several tags."""
    return [ImageTag(tag, said["imageDigest"], said.get("imagePushedAt")) for tag in said.get("imageTags", [])]
