"""What ``slipway up`` releases once a service is provisioned. Pure: records in, a decision out.

It releases what its own run staged: a changed definition, with the image and the env versions that are live, or were
live last. It never releases what developers staged (a newer env file, a newer image), and never tries again what ECS
rolled back or what failed in its first run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.releases.live import holds
from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.releases import Release

COMES_BACK = say("nothing runs, so what was live is released again")


@dataclass(frozen=True)
class ReleaseIt:
    """What is provisioned, with all else as it is or was live."""

    why: Message


@dataclass(frozen=True)
class HoldBack:
    """The definition was in a release that did not come through."""

    earlier: Release


@dataclass(frozen=True)
class FirstReleaseIsOpen:
    """Nothing was ever released, and the catalog pins no image."""


@dataclass(frozen=True)
class NothingStaged:
    pass


Decision = ReleaseIt | HoldBack | FirstReleaseIsOpen | NothingStaged


def decide(
    provisioned: Provisioned,
    history: Sequence[Release],
    ran: Release | None,
    runs: bool,
    retry: bool,
    changed_outside: bool,
) -> Decision:
    """``history`` is newest first. ``ran`` is what is live, or was live last; ``runs``: whether it still is."""
    if ran is None and not provisioned.image.pinned:
        return FirstReleaseIsOpen()
    if ran and changed_outside and retry:
        return ReleaseIt(say("changed outside, so what was live is released again"))
    if ran and runs and holds(ran, provisioned):
        return NothingStaged()
    earlier = _earlier(provisioned, history, ran)
    if earlier and not retry:
        return HoldBack(earlier)
    if ran and not runs:
        return ReleaseIt(COMES_BACK)
    return ReleaseIt(say("changed definition") if ran else say("first release, with the image that the catalog pins"))


def _earlier(provisioned: Provisioned, history: Sequence[Release], ran: Release | None) -> Release | None:
    """The newest release of what is provisioned that did not come through, or was rolled back by hand."""
    # A definition has a new ARN each time, but task limits may repeat: releases before the live one do not count then.
    is_only_bounds = ran and ran.kind != "roll-back" and ran.contents.definition == provisioned.definition
    since = ran.number if ran and (is_only_bounds or holds(ran, provisioned)) else 0
    return next((it for it in history if it.number > since and holds(it, provisioned) and _was_undone(it)), None)


def _was_undone(release: Release) -> bool:
    """One that succeeded was undone as well, since it is not live: somebody rolled it back."""
    if release.outcome is None or release.outcome.status == "not-carried-out":
        return release.first_run_failed
    return True
