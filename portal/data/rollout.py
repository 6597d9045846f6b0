"""A release in progress as its panel tells it: the steps behind and ahead of it, counted from the facts. Pure."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.data.service_facts import ServiceFacts
from portal.text import states
from portal.text.language import N_, _, ngettext
from portal.text.releases import release_words
from runtime.aws.traffic_shifts import Pause, TrafficShift
from service_catalog.model import SHIFTING
from service_catalog.records.provisioned import SERVED
from service_catalog.records.releases import Contents, Release

Place = Literal["done", "now", "next"]


@dataclass(frozen=True)
class Sign:
    glyph: str
    word: str


_SIGNS: Mapping[Place, Sign] = {
    "done": Sign("ok", N_("Done")),
    "now": Sign("move", N_("Now")),
    "next": Sign("", N_("Next")),
}
_WAITS = Sign("staged", N_("Waits"))
_GIVEN_UP = Sign("bad", N_("Given up"))
_GOING_BACK = Sign("back", N_("Now"))


@dataclass(frozen=True)
class Bar:
    done: int
    of: int
    counts: str
    """For who does not see it"""


@dataclass(frozen=True)
class Step:
    place: Place
    title: str
    text: str
    bar: Bar | None = None
    run: str = ""
    """Id of the run that the text is about"""
    sign: Sign | None = None
    """Where the place's own glyph and word would say something wrong"""
    until: datetime | None = None
    """When the next step comes by itself"""

    @property
    def shown(self) -> Sign:
        """Its word, and a glyph beside it."""
        return self.sign or _SIGNS[self.place]


@dataclass(frozen=True)
class Rollout:
    release: Release
    live: Release | None
    """What runs until the release has come through"""
    is_first: bool
    """Its first run has not succeeded yet"""
    is_unseen: bool
    """It has begun, and AWS shows nothing of it yet"""
    is_back: bool
    """ECS gave it up, or somebody stopped it"""
    started: int
    healthy: int
    wanted: int
    failed: int
    old: int
    """Tasks that still run of what it replaces"""
    failures_left: int | None
    """After how many more failed tasks ECS goes back by itself; None where it would not, or that is not known"""
    shift: TrafficShift | None
    """How far the requests are shifted to its tasks, once that has begun"""

    @property
    def pause(self) -> Pause | None:
        """What waits for somebody"""
        return self.shift.pause if self.shift else None

    @property
    def is_tested(self) -> bool:
        """Testers reach its tasks, and not everybody does."""
        return self.shift is not None and self.shift.is_tested and self.shift.percent < 100

    @property
    def has_tasks(self) -> bool:
        """ECS replaces some; else the next run takes it."""
        return self.release.workload in SERVED

    @property
    def back_to(self) -> Contents | None:
        return self.live.contents if self.live else None

    @property
    def all_healthy(self) -> bool:
        return 0 < self.wanted <= self.healthy

    @property
    def steps(self) -> list[Step]:
        registered = Step("done", _("Register"), _("Image and env found"))
        return [registered, *self._first_run(), *(self._going_back() if self.is_back else self._going_on())]

    def _first_run(self) -> list[Step]:
        first = self.release.first_run
        if first is None:
            return []
        text = shlex.join(first.command) or _("One run of it")
        return [Step("now" if self.is_first else "done", _("First run"), text, run=self.release.run_id)]

    def _going_back(self) -> list[Step]:
        failed = ngettext("%(num)s failed", "%(num)s failed", self.failed)
        to = _("to %(release)s", release=release_words(self.back_to)) if self.back_to else ""
        return [
            Step("done", _("Start new tasks"), failed, sign=_GIVEN_UP),
            Step("now", _("Rolling back"), to or _("There is nothing to roll back to"), sign=_GOING_BACK),
        ]

    def _going_on(self) -> list[Step]:
        if not self.has_tasks:
            return [Step("next", _("Go live"), _("The next run takes it"))]
        if not self._shifts:
            return [*self._starting(self.all_healthy), self._draining("now" if self.all_healthy else "next")]
        step = self.shift.step if self.shift else "starting"
        is_cleaning = step == "cleaning up"
        return [
            *self._starting(step != "starting"),
            *self._approval("before-requests", "each-step"),
            *self._shifting(),
            self._draining("now" if is_cleaning else "next"),
        ]

    def _approval(self, *stages: str) -> list[Step]:
        """One step, if the entry asks for it at one of these stages."""
        asked = (self.release.entry or {}).get("deployment", {}).get("approval")
        stage = asked.get("stage", "before-requests") if asked is not None else ""
        if stage not in stages:
            return []
        if self.pause:
            return [Step("now", _("Approval"), _("Somebody has to continue it"), sign=_WAITS, until=self.pause.until)]
        step = self.shift.step if self.shift else "starting"
        comes_later = ("starting", "checking") if stage == "before-requests" else ("starting", "checking", "shifting")
        has_all = self.shift is not None and self.shift.percent >= 100
        if step in comes_later and not (stage == "each-step" and has_all):
            return [Step("next", _("Approval"), _("Somebody has to continue it"))]
        return [Step("done", _("Approval"), _("It was continued"))]

    @property
    def _shifts(self) -> bool:
        """ECS tells it once it has begun, and the entry before."""
        strategy = (self.release.entry or {}).get("deployment", {}).get("strategy")
        return self.shift is not None or strategy in SHIFTING

    def _starting(self, is_done: bool) -> list[Step]:
        started = _("%(started)s of %(wanted)s started", started=self.started, wanted=self.wanted)
        if self.failed:
            started += _(", ") + ngettext("%(num)s failed", "%(num)s failed", self.failed)
        healthy = _("%(healthy)s of %(wanted)s healthy", healthy=self.healthy, wanted=self.wanted)
        start_bar = Bar(min(self.started, self.wanted), self.wanted, _("New tasks started"))
        health_bar = Bar(min(self.healthy, self.wanted), self.wanted, _("New tasks that are healthy"))
        if self.is_first or self.is_unseen:
            places: tuple[Place, Place] = ("next", "next")
        elif is_done:
            places = ("done", "done")
        else:
            places = ("now", "now" if self.started else "next")
        return [
            Step(places[0], _("Start new tasks"), started, start_bar),
            Step(places[1], _("Get healthy"), healthy, health_bar),
        ]

    def _shifting(self) -> list[Step]:
        """How many requests go to the new tasks, and how long the old ones stay when all of them do."""
        shift, step = self.shift, self.shift.step if self.shift else "starting"
        percent = shift.percent if shift else 0
        places: tuple[Place, Place] = ("next", "next")
        if step in ("checking", "shifting"):
            places = ("now", "next")
        elif step != "starting":
            places = ("done", "now" if step == "baking" else "done")
        share = _("%(percent)s %% go to the new tasks", percent=f"{percent:g}")
        bar = Bar(round(percent), 100, _("Requests that go to the new tasks, in percent"))
        until = shift.until if shift else None
        if self.pause:  # neither goes on meanwhile
            places = ("next", "next") if step in ("checking", "shifting") else ("done", "next")
        return [
            Step(places[0], _("Shift requests"), share, bar, until=until if places[0] == "now" else None),
            *self._approval("after-requests"),
            Step(places[1], _("Bake"), _("The old tasks stand by"), until=until if places[1] == "now" else None),
        ]

    def _draining(self, place: Place) -> Step:
        old = ngettext("%(num)s old task still runs", "%(num)s old tasks still run", self.old)
        return Step(place, _("Drain old tasks"), old)


def of(found: ServiceFacts) -> Rollout | None:
    release, progress = found.live.in_progress, found.progress
    if release is None:
        return None
    breaker = progress.breaker if progress else None
    fresh = found.tasks_of(release)
    is_back = progress is not None and progress.phase == "rolling back"
    left = breaker.threshold - breaker.failures if breaker and breaker.threshold else 0
    return Rollout(
        release=release,
        live=found.live.release,
        is_first=states.waits_for_first_run(release, progress),
        is_unseen=progress is not None and progress.phase == "waiting",
        is_back=is_back,
        started=len(fresh),
        healthy=sum(states.is_well(task) for task in fresh),
        wanted=(progress.wanted if progress else 0) or (release.tasks.min if release.tasks else 0),
        failed=breaker.failures if breaker else len(found.failed),
        old=len(found.old_tasks),
        failures_left=left if left > 0 and found.live.contents and not is_back else None,
        shift=progress.shift if progress else None,
    )
