"""Releases in words: what one pins as a chip, within a sentence or on a button."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from portal.text.language import N_, _
from portal.text.translate import said
from runtime.aws.ecr_images import ImageTag
from runtime.releases.course import Step
from service_catalog import image_references
from service_catalog.records.provisioned import TaskLimits

KINDS = {
    "deploy": N_("Image"),
    "env": N_("Env only"),
    "definition": N_("Definition"),
    "scale": N_("Number of tasks"),
    "roll-back": N_("Roll back"),
}


STEPS: Mapping[Step, str] = {
    "confirmed": N_("Confirmed"),
    "began": N_("Began"),
    "first run succeeded": N_("First run succeeded"),
    "first run too late": N_("Given up after its first run"),
    "continued": N_("Continued"),
    "sent back": N_("Sent back"),
    "asked to stop": N_("Asked to stop"),
    "ended": N_("Ended"),
    "acknowledged": N_("Acknowledged"),
}
"""What happened to a release, moment by moment"""


class Contents(Protocol):
    """What a release pins, as far as a chip shows it."""

    @property
    def image(self) -> str: ...
    @property
    def env(self) -> Mapping[str, int]: ...


def chip(contents: Contents) -> list[str]:
    """``image 2.14.0 | env v13``; with several files each by its name."""
    return [_("image %(tag)s", tag=image_references.short(contents.image)), *env_words(contents.env)]


def release_words(contents: Contents) -> str:
    """``2.14.0 + env v13``: the same thing within a sentence or on a button."""
    return " + ".join([image_references.short(contents.image), *env_words(contents.env)])


def words_beside(contents: Contents, other: Contents | None) -> str:
    """The same, short enough for a button: of several env files those alone whose version is another."""
    if len(contents.env) < 2 or other is None:
        return release_words(contents)
    differing = {file: number for file, number in contents.env.items() if other.env.get(file) != number}
    return " + ".join(
        [image_references.short(contents.image), *(f"env {file} v{number}" for file, number in differing.items())]
    )


def env_words(env: Mapping[str, int]) -> list[str]:
    if len(env) == 1:
        return [f"env v{next(iter(env.values()))}"]
    return [f"env {file} v{number}" for file, number in env.items()]


_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)")


def highest_version(tags: Sequence[ImageTag]) -> str:
    """Of the tags that are plain versions: neither ``latest``, which says nothing, nor ``2.0.0-rc1``."""
    plain = [(match[1], it.tag) for it in tags if (match := _VERSION.fullmatch(it.tag))]
    return max(plain, key=lambda it: [int(part) for part in it[0].split(".")], default=("", ""))[1]


def limits_words(tasks: TaskLimits) -> str:
    return said(str(tasks))
