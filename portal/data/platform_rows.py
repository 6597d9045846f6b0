"""The tables of an environment's platform as plain rows, for export and for programs; names are in English."""

from collections.abc import Sequence

from portal.exports import Row
from portal.text.releases import release_words
from portal.text.translate import of_problem
from runtime.platform.drifted import Drifted
from runtime.platform.pending import Pending


def pending(found: Sequence[Pending]) -> list[Row]:
    return [
        {
            "service": it.service,
            "owner": it.owner,
            "action": it.action,
            "why": it.why,
            "catalog_changes": [*(change.sentence for change in it.changes), *map(of_problem, it.problems)],
            "cost": it.cost or "",
            "provisioned": it.is_provisioned,
            "definition_staged": it.definition_staged,
            "env_staged": [f"{file} v{number}" for file, number in (it.env_staged or {}).items()],
            "live_release": it.live.number if it.live else None,
            "live": release_words(it.live.contents) if it.live else "",
        }
        for it in found
    ]


def drift(found: Sequence[Drifted]) -> list[Row]:
    return [
        {"service": it.service, "kind": it.kind, "sentence": it.sentence, "next_step": it.next_step} for it in found
    ]
