"""Reads what is known of one service in one go.

The calls run side by side: a page waits for the slowest, not for their sum. While a release is in progress the reading
also settles it, so whoever watches a rollout is who writes down how it ended.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from portal.data.service_facts import ServiceFacts
from runtime.aws.errors import Absent
from runtime.aws.traffic_shifts import Pause
from runtime.bucket import service_index
from runtime.bucket.records import Unreadable
from runtime.diagnosis import diagnosis
from runtime.gateways import Gateways
from runtime.releases.carriers import CarrierState
from runtime.releases.live import Live
from runtime.releases.request import ReleaseRequest
from service_catalog.connections import let_in_by
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.releases import Diagnosis, Release

T = TypeVar("T")

_HISTORY = 50


def read(gateways: Gateways, service: str) -> ServiceFacts:
    provisioned = _or_none(lambda: gateways.provisioned.read(service))
    if provisioned is None:
        return ServiceFacts()
    with suppress(Unreadable):  # the page says which
        if gateways.releases.in_progress(service):
            gateways.releases.settle(service)
    with ThreadPoolExecutor(8) as pool:
        limits = pool.submit(gateways.scalable_targets.limits, service) if provisioned.scaling_schedule else None
        records = pool.submit(gateways.provisioned.all) if provisioned.connections else None
        schedule = pool.submit(_or_none, lambda: gateways.schedules.read(service)) if provisioned.schedule else None
        state = pool.submit(_or_none, lambda: gateways.carriers.state(provisioned))
        history = pool.submit(gateways.releases.history, service, _HISTORY)
        running = pool.submit(_or_none, lambda: gateways.tasks.running(service))
        stopped = pool.submit(_or_none, lambda: gateways.tasks.stopped(service))
        index = pool.submit(gateways.service_index.read, service)
        with_group = pool.submit(gateways.logs.services_with_group, service).result()
    releases = with_newest(history.result().releases, index.result().last)
    is_there = state.result()
    found = ServiceFacts(
        provisioned=provisioned,
        index=reduce(service_index.merged, map(service_index.of_release, releases), index.result()),
        state=is_there,
        schedule=schedule.result() if schedule else None,
        limits=limits.result() if limits else None,
        let_in_by=let_in_by(provisioned, records.result().readable) if records else frozenset(),
        live=_live(gateways, provisioned, is_there, releases) if is_there else Live(),
        releases=releases,
        unreadable=history.result().unreadable,
        held_up_by=history.result().newest_unreadable,
        running=running.result() or [],
        stopped=stopped.result() or [],
        lacks_log_group=with_group is not None and service not in with_group,
    )
    return _with_release(gateways, service, found)


def _live(gateways: Gateways, provisioned: Provisioned, state: CarrierState, releases: list[Release]) -> Live:
    """Nothing is said of it where the release that is live is one whose record nobody can read."""
    try:
        return gateways.releases.live_among(provisioned, state, releases)
    except Unreadable:
        return Live()


def with_newest(releases: list[Release], last: Release | None) -> list[Release]:
    """Newest first, as far as either the records or the index had got: a release may be claimed, or end, between."""
    newest = releases[0] if releases else None
    if last is None or (newest and (newest.number, newest.outcome is not None) >= (last.number, bool(last.outcome))):
        return releases
    if newest is None or newest.number < last.number:
        return [last, *releases]
    return [newest.model_copy(update={"outcome": last.outcome}), *releases[1:]]


def _with_release(gateways: Gateways, service: str, found: ServiceFacts) -> ServiceFacts:
    """What only a rollout, a failure or a staged definition is asked for."""
    in_progress, staged = found.live.in_progress, None
    progress = gateways.releases.progress(service, in_progress.number) if in_progress else None
    if found.live.staged_definition and found.live.release and not in_progress:
        staged = gateways.releases.proposal(service, ReleaseRequest())
    pause = _pause(gateways, service, found) if not in_progress else None
    return replace(found, progress=progress, diagnosis=_diagnosis(gateways, found), staged=staged, pause=pause)


def _pause(gateways: Gateways, service: str, found: ServiceFacts) -> Pause | None:
    """Asked only where something rolls that may wait."""
    if not found.ecs_service or not found.ecs_service.may_wait:
        return None
    return gateways.releases.pause(service, found.live.release.number) if found.live.release else None


def _diagnosis(gateways: Gateways, found: ServiceFacts) -> Diagnosis | None:
    """Of the release in progress once a task failed, or of the one that was given up."""
    in_progress, tried = found.live.in_progress, found.live.rolled_back
    if in_progress:
        return gateways.failures.diagnose(in_progress) if found.failed else None
    return diagnosis.of_outcome(tried.outcome) if tried and tried.outcome else None


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Absent:
        return None
