"""Earlier releases: which of them can still come back."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from runtime.aws import task_definitions
from runtime.aws.errors import Absent, Invalid
from runtime.aws.task_definitions import Definition, TaskDefinitions
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.release_records import ReleaseRecords
from runtime.releases import rights
from runtime.releases.proposal import Proposal
from service_catalog.messages import Message, say
from service_catalog.model import Environment
from service_catalog.records.releases import Release

_LISTED = 20
"""How many releases back people are told whether one can still go back there"""


class EarlierReleases:
    def __init__(
        self,
        where: Environment,
        definitions: TaskDefinitions,
        records: ReleaseRecords,
        provisioned: ProvisionedRecords,
    ):
        self._where, self._definitions, self._records, self._provisioned = where, definitions, records, provisioned

    def lost(self, service: str, entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Message]:
        """Which earlier releases could come back with the rights that ``before`` gives, and cannot with ``entry``."""
        if before and all(before.get(part) == entry.get(part) for part in ("secrets", "image")):
            return []
        return rights.lost(self._released(service), entry, before, self._where)

    def lost_by(self, service: str, proposal: Proposal) -> list[Message]:
        """The same of a release that applies what was provisioned since."""
        entry = self._provisioned.read(service).entry
        if entry is None or (proposal.live and proposal.live.definition == proposal.wanted.definition):
            return []
        return self.lost(service, entry, None) if proposal.kind != "roll-back" else []

    def unlike(self, release: Release) -> list[str]:
        """Why the revision is not what the record says it is. An emulator that was killed may have forgotten it, and
        given its number to another."""
        document = self._definitions.describe(release.revision)
        image = task_definitions.app_container(document)["image"]
        env = task_definitions.env_versions(document, release.service)
        if (image, env) == (release.contents.image, dict(release.contents.env)):
            return []
        return [
            say(
                "release %(number)s: its revision %(revision)s holds something else than was released, so it cannot be "
                "gone back to; choose another release",
                number=release.number,
                revision=release.revision.rpartition("/")[2],
            )
        ]

    def _released(self, service: str) -> Iterator[tuple[Release, Definition]]:
        """Those that ECS still has. What ran once is no reason to show nothing of what is to come."""
        for release in self._records.history(service, _LISTED).releases:
            with suppress(Absent, Invalid):
                yield release, self._definitions.describe(release.revision)
