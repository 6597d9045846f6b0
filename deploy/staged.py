"""What ``slipway up`` releases once a service is provisioned. Pure: records in, a decision out.

It releases what its own run staged: a changed definition, with the image and the env versions that are live. It never
releases what developers staged (a newer env file, a newer image), and never tries again what ECS rolled back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.live import holds
from runtime.provisioned import Provisioned
from runtime.records import Release, Wish


@dataclass(frozen=True)
class ReleaseIt:
    wish: Wish
    why: str


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
    provisioned: Provisioned, history: Sequence[Release], live: Release | None, replaced: bool, retry: bool
) -> Decision:
    """``history`` is newest first; ``live`` is what ran before this run; ``replaced``: the ECS service is a new one."""
    pinned = provisioned.image.pinned
    if live is None and not pinned:
        return FirstReleaseIsOpen()
    if live and replaced:
        return ReleaseIt(_again(live, pinned), "the service was replaced")
    if live and holds(live, provisioned):
        return NothingStaged()
    earlier = _earlier(provisioned, history, live)
    if earlier and not retry:
        return HoldBack(earlier)
    return ReleaseIt(Wish(), "changed definition" if live else "first release, with the image that the catalog pins")


def _earlier(provisioned: Provisioned, history: Sequence[Release], live: Release | None) -> Release | None:
    """The newest release that held what is provisioned, and whose end was that something older is live now."""
    # A definition never comes back under its ARN, but bounds may: what held them before the live release is no verdict.
    is_only_bounds = live and live.kind != "roll-back" and live.contents.definition == provisioned.definition
    since = live.number if live and is_only_bounds else 0
    return next((it for it in history if it.number > since and holds(it, provisioned) and _was_undone(it)), None)


def _again(live: Release, pinned: str | None) -> Wish:
    """ECS has forgotten what ran in a service that was replaced, so it is said in full."""
    return Wish(image=None if pinned else tag_or_digest(live.contents.image), env=live.contents.env)


def tag_or_digest(reference: str) -> str:
    """What a wish calls the image of a full reference."""
    _, at, digest = reference.partition("@")
    return digest if at else reference.rpartition("/")[2].partition(":")[2]


def _was_undone(release: Release) -> bool:
    """One that succeeded was undone as well, since it is not live: somebody rolled it back."""
    return release.outcome is not None and release.outcome.status != "not-carried-out"
