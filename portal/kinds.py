"""What pages show of each kind of service: its column of the list, its tabs, its panels. The one place that says so.

A panel is a template of its name in ``templates/services/panels/``; it is drawn where it stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from portal.text.language import N_, _
from service_catalog.records.provisioned import Workload

Column = Literal["tasks", "schedule", ""]

_TABS = {
    "services.show": N_("Overview"),
    "env_files.first": N_("Env"),
    "releases.index": N_("Releases"),
    "runs.index": N_("Runs"),
    "tasks.index": N_("Tasks"),
    "metrics.index": N_("Metrics"),
    "logs.index": N_("Logs"),
    "settings.edit": N_("Settings"),
    "audit.of_service": N_("History"),
}


@dataclass(frozen=True)
class Kind:
    name: Workload
    heading: str
    column: Column
    """The one that only this kind's rows have in the list"""
    without: tuple[str, ...] = ()
    """Tabs that mean nothing for it"""
    left: tuple[str, ...] = ()
    """Panels: what runs, and what waits for somebody"""
    below: tuple[str, ...] = ()
    """Panels: what was"""

    @property
    def runs_in_between(self) -> bool:
        """ECS keeps its tasks running; else there are only runs, each with an end."""
        return "tasks.index" in self.tabs

    @property
    def words_of_way_back(self) -> str:
        """What rolling back does."""
        if self.runs_in_between:
            return _(
                "Rolling back restores image, env and definition together. "
                "You see what changes before anything restarts."
            )
        return _("Rolling back restores image, env and definition together, for the runs that start from then on.")

    @property
    def tabs(self) -> Mapping[str, str]:
        """By endpoint, its word."""
        return {endpoint: word for endpoint, word in _TABS.items() if endpoint not in self.without}


_SERVICE_BELOW = ("measured", "tasks", "releases", "events")

KINDS: Mapping[Workload, Kind] = {
    kind.name: kind
    for kind in (
        Kind("web", N_("Web services"), "tasks", left=("live", "staged", "catalog_changed"), below=_SERVICE_BELOW),
        Kind(
            "worker",
            N_("Workers"),
            "tasks",
            left=("live", "queue", "staged", "catalog_changed"),
            below=_SERVICE_BELOW,
        ),
        Kind(
            "job",
            N_("Scheduled jobs"),
            "schedule",
            without=("tasks.index",),
            left=("schedule", "next_run_takes", "staged", "catalog_changed"),
            below=("runs", "releases"),
        ),
        Kind(
            "task",
            N_("One-off tasks"),
            "",
            without=("tasks.index",),
            left=("next_run_takes", "staged", "catalog_changed"),
            below=("runs", "releases"),
        ),
    )
}
