"""What a release would do."""

from portal.api.told.base import Told
from portal.api.told.env_files import KeyChangeTold
from portal.api.told.releases import LimitsTold
from portal.release_review import FileChange
from service_catalog.records import releases


class FileChangeTold(Told):
    file: str
    old: int
    new: int
    changes: list[KeyChangeTold]

    @classmethod
    def of(cls, it: FileChange) -> "FileChangeTold":
        return cls(file=it.file, old=it.old, new=it.new, changes=[KeyChangeTold.of(change) for change in it.changes])


class ChangeTold(Told):
    what: str
    old: str | None
    new: str | None


class ContentsTold(Told):
    image: str
    env: dict[str, int]
    definition: str

    @classmethod
    def of(cls, it: releases.Contents) -> "ContentsTold":
        return cls(image=it.image, env=dict(it.env), definition=it.definition)


class ReviewTold(Told):
    """What a release would do. Nothing was started."""

    kind: str
    differs: bool
    """From what is live; else the same runs anew"""
    live: ContentsTold | None
    wanted: ContentsTold
    tasks: LimitsTold | None
    definition: list[ChangeTold]
    entry: list[str]
    """What the catalog entry says otherwise, in sentences"""
    env: list[FileChangeTold]
    consequences: list[str]
    lost: list[str]
    """Earlier releases that can no longer come back"""
    notes: list[str]
    """What could not be checked"""
    problems: list[str]
    """Why it cannot be released"""
    in_progress: int | None
    """The release that has to end first"""
    review: str
    """Send it along with the release, and only what was reviewed is started"""
