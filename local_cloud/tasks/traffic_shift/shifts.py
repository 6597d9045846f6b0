"""Carries deployments that shift traffic through their stages.

MiniStack starts the new tasks beside the old ones, and completes a deployment, which drains the old ones, as soon as
the new ones are well. Here that waits until the deployment has come through its stages. Meanwhile the old tasks are
kept up, so that there is something to go back to.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from local_cloud.tasks.shims.rollouts import OPEN, Rollout, configuration_of, follow, locked
from local_cloud.tasks.shims.stop_deployment import give_up, reconcile
from local_cloud.tasks.traffic_shift import service_tasks, target_groups
from local_cloud.tasks.traffic_shift.stages import Move, begun, moved, plan_of, shifts_traffic

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2
_TIMED_OUT = "The lifecycle hook timed out."
Scope = Callable[[str, str], AbstractContextManager[Any]]


class Shifts:
    """``minute_seconds``: how long a minute of a deployment configuration takes."""

    def __init__(
        self, ecs: Any, alb: Any, alarms: Any, scope: Scope, minute_seconds: float, changed: Callable[[], None]
    ):
        self._ecs, self._alb, self._alarms, self._scope = ecs, alb, alarms, scope
        self._minute_seconds, self._changed = minute_seconds, changed
        self._complete: Callable[..., None] = ecs._complete_service_deployment

    def install(self) -> None:
        self._ecs._complete_service_deployment = self._completed

    def run(self) -> None:
        """For a thread of its own."""
        while True:
            time.sleep(_LOOK_SECONDS)
            try:
                self.look()
            except Exception:
                log.exception("a look at deployments failed")

    def look(self) -> None:
        for (account, region, key), service in self._ecs._services.all_items():
            if _is_worth_a_look(service):
                with self._scope(account, region):
                    self._follow(key, service)

    # --- what MiniStack calls ---

    def _completed(self, cluster: str, key: str, expected_deployment_id: str | None = None) -> None:
        service = self._ecs._services.get(key)
        if service is None or not shifts_traffic(service.get("deploymentConfiguration") or {}):
            if not self._is_held_by_alarms(key, service):
                self._complete(cluster, key, expected_deployment_id)
            return
        follow(self._ecs, key)
        rollout = service["_rollouts"][-1]
        # The old tasks are drained only when no request goes to them any more.
        self._put_weights(service)
        if rollout["status"] != "IN_PROGRESS" or not self._shifts(service, rollout):
            self._complete(cluster, key, expected_deployment_id)
            self._put_weights(service)

    # --- going on ---

    def _follow(self, key: str, service: dict[str, Any]) -> None:
        follow(self._ecs, key)
        rollout = service["_rollouts"][-1]
        if rollout["status"] == "IN_PROGRESS":
            self._heed_alarms(service, rollout)
        if rollout["status"] == "IN_PROGRESS" and self._shifts(service, rollout):
            self._go_on(key, service, rollout)
        elif "up_since" in rollout and rollout["status"] == "IN_PROGRESS":
            self._completed(key.partition("/")[0], key)
        if shifts_traffic(configuration_of(rollout)):
            self._put_weights(service)

    def _go_on(self, key: str, service: dict[str, Any], rollout: Rollout) -> None:
        service_tasks.stop_all_but(self._ecs, service, rollout["deployment"], rollout["source"])
        service_tasks.keep_up(self._ecs, service, rollout["source"])
        while (move := self._moved(service, rollout)) and not move.ending:
            pass
        if move and move.ending == "complete":
            self._put_weights(service)
            self._complete(key.partition("/")[0], key)
        elif move:
            self._give_up(service, rollout, _TIMED_OUT)

    def _shifts(self, service: dict[str, Any], rollout: Rollout) -> bool:
        """What goes to no tasks, or comes from nothing, has no traffic to shift."""
        has_both = rollout["source"] is not None and service["desiredCount"] > 0
        return has_both and shifts_traffic(configuration_of(rollout))

    def _moved(self, service: dict[str, Any], rollout: Rollout) -> Move | None:
        with locked(self._ecs, service):
            now, plan = self._ecs._ts(), plan_of(configuration_of(rollout), self._minute_seconds)
            position = rollout.setdefault("position", begun(plan, now))
            is_up = service_tasks.is_up(self._ecs, service, rollout["deployment"])
            move = moved(position, plan, now, is_up)
            if move:
                rollout["position"] = move.position
        if move:
            self._ecs._sync_service_targets(self._ecs._cluster_name_from_arn(service["clusterArn"]), service)
            self._changed()
        return move

    def _heed_alarms(self, service: dict[str, Any], rollout: Rollout) -> None:
        """One that rang before the deployment began says nothing of it."""
        alarms = configuration_of(rollout).get("alarms") or {}
        if not alarms.get("enable"):
            return
        known = (self._alarms.get(name) or {} for name in alarms["alarmNames"])
        ringing = {alarm["AlarmName"] for alarm in known if alarm.get("StateValue") == "ALARM"}
        before = rollout.setdefault("rang_before", sorted(ringing))
        if new := sorted(ringing.difference(before)):
            rollout["rang"] = new
            reason = f"Alarm detected in {', '.join(new)}"
            self._give_up(service, rollout, reason, goes_back=alarms.get("rollback", False))

    def _is_held_by_alarms(self, key: str, service: dict[str, Any] | None) -> bool:
        """A rolling deployment that heeds alarms lasts until they would have rung. ECS lets the old tasks go before,
        which here would leave nothing to go back to."""
        follow(self._ecs, key)
        if service is None or not service.get("_rollouts"):
            return False
        rollout = service["_rollouts"][-1]
        seconds = self._seconds_to_ring(configuration_of(rollout).get("alarms") or {})
        is_replacing = rollout["status"] == "IN_PROGRESS" and rollout["source"] and service["desiredCount"] > 0
        if not seconds or not is_replacing or not service_tasks.is_up(self._ecs, service, rollout["deployment"]):
            return False
        now: float = self._ecs._ts()
        return now - float(rollout.setdefault("up_since", now)) < seconds

    def _seconds_to_ring(self, alarms: Mapping[str, Any]) -> float:
        if not alarms.get("enable"):
            return 0
        known = [self._alarms.get(name) or {} for name in alarms["alarmNames"]]
        looked_at = (int(it.get("Period") or 60) * int(it.get("EvaluationPeriods") or 1) for it in known)
        return max(looked_at, default=0) * self._minute_seconds / 60

    def _give_up(self, service: dict[str, Any], rollout: Rollout, reason: str, goes_back: bool = True) -> None:
        with locked(self._ecs, service):
            give_up(self._ecs, service, rollout, reason, goes_back=goes_back)
        self._ecs._sync_service_targets(self._ecs._cluster_name_from_arn(service["clusterArn"]), service)
        self._put_weights(service)
        reconcile(self._ecs, service)

    # --- weights ---

    def _put_weights(self, service: dict[str, Any]) -> None:
        with locked(self._ecs, service):
            rollout = service["_rollouts"][-1]
            position = rollout.get("position")
            if position and rollout["status"] == "IN_PROGRESS":
                shares = position["percent"], position["test_percent"]
                target_groups.set_weights(self._alb, service, rollout["turn"], *shares)
            else:
                target_groups.set_weights(self._alb, service, _turn_that_runs(service), 100, 100)
                rollout["at_rest"] = rollout["status"] not in OPEN


def _turn_that_runs(service: dict[str, Any]) -> int:
    """Of the newest deployment that came through; of the first one, which has none before it, its own."""
    newest = service["_rollouts"][-1]
    source = newest["source"] if newest["status"] != "SUCCESSFUL" and newest["source"] else newest["deployment"]
    return next((it["turn"] for it in service["_rollouts"] if it["deployment"] == source), 0)


def _is_worth_a_look(service: Any) -> bool:
    """Most services shift nothing."""
    rollouts = service.get("_rollouts") if isinstance(service, dict) and service.get("status") == "ACTIVE" else None
    if not rollouts:
        return False
    newest = rollouts[-1]
    has_alarms = bool(configuration_of(newest).get("alarms")) and newest["status"] in OPEN
    return has_alarms or (shifts_traffic(configuration_of(newest)) and not newest.get("at_rest"))
