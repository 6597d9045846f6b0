"""MiniStack in this process, with everything of ours in its place.

That is how its scheduler comes by our processes and mends, its server by the guard against web pages, its load
balancers by ports for browsers, its metrics by what is measured here, and its memory on disk at quiet moments.
"""

import asyncio
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import ministack.app
from ministack.core import persistence
from ministack.services import (
    alb,
    apigateway,
    cloudwatch,
    cloudwatch_logs,
    efs,
    eventbridge,
    lambda_svc,
    route53,
    s3,
    sns,
    sqs,
)

from local_cloud import api_gateway, step_functions
from local_cloud.emulators import (
    alarm_events,
    balancer_refusals,
    chat_channels,
    dead_letters,
    disk_full,
    escaped_xml,
    file_systems,
    filter_log_events,
    listener_certificates,
    log_lines,
    record_refusals,
    sign_in_callbacks,
    source_addresses,
    sticky_targets,
    subscriptions,
    target_group_versions,
    upgrades,
    weighted_forwards,
)
from local_cloud.emulators.load_balancer_ports import LoadBalancerPorts
from local_cloud.emulators.memory import Memory
from local_cloud.emulators.request_guard import AsgiApp, Receive, Scope, Send, api_guard, guarded
from local_cloud.emulators.settings import MiniStackSettings
from local_cloud.emulators.snapshots import Snapshots, is_object_write
from local_cloud.metrics import measuring
from local_cloud.tasks import volumes
from local_cloud.tasks.scheduler import Scheduler


def serve(settings: MiniStackSettings) -> None:
    """Returns after SIGTERM, when MiniStack has saved its memory and every task has ended."""
    memory = Memory(settings.state / "ministack" / "memory", _write)
    snapshots = Snapshots(lambda: memory.save(ministack.app._build_persistence_save_dict()))
    upgrades.install(alb)
    scheduler = Scheduler.install(settings, snapshots.note_change)
    step_functions.install(snapshots.note_change)
    api_gateway.install(apigateway, alb, cloudwatch_logs, lambda_svc, scheduler.network.let_in)
    disk_full.install(s3)
    escaped_xml.install(alb)
    target_group_versions.install(alb)
    balancer_refusals.install(alb)
    listener_certificates.install(alb)
    source_addresses.install(alb)
    sticky_targets.install(alb)
    sign_in_callbacks.install(alb)
    dead_letters.install(sqs)
    subscriptions.install(sns)
    alarm_events.install(cloudwatch, eventbridge)
    chat_channels.install(ministack.app, settings.account_id)
    record_refusals.install(route53)
    file_systems.install(efs, volumes.file_systems(settings.state / "tasks"))
    log_lines.install(cloudwatch_logs)
    filter_log_events.install(cloudwatch_logs)
    persistence.STATE_DIR = str(memory.newest)  # where it reads, once, at its start
    ministack.app.save_all = memory.save  # what it calls at its end
    observed = Observed(ministack.app.app, settings, scheduler, snapshots)
    publisher = measuring.install(scheduler.running_tasks, settings.scaling_url, settings.account_id, settings.region)
    weighted_forwards.install(alb)
    threading.Thread(target=snapshots.run, daemon=True, name="snapshots").start()
    threading.Thread(target=scheduler.shifts.run, daemon=True, name="traffic-shifts").start()
    threading.Thread(target=scheduler.instances.run, daemon=True, name="instances").start()
    threading.Thread(target=publisher.run, args=[settings.measure_seconds], daemon=True, name="metrics").start()
    ministack.app.app = guarded(observed, api_guard)
    sys.argv = ["ministack"]  # it reads its arguments from there
    try:
        ministack.app.main()
    finally:
        scheduler.close()


_USUAL_PORTS = (80, 443)
"""At which a load balancer has one loopback port"""


class Observed:
    """MiniStack's application, which tells our parts that the server is up, or that a request is answered."""

    def __init__(self, app: AsgiApp, settings: MiniStackSettings, scheduler: Scheduler, snapshots: Snapshots):
        self._app = app
        self._settings = settings
        self._scheduler = scheduler
        self._load_balancer_ports = LoadBalancerPorts(app, settings.state / "load-balancer-ports.json", _is_secure)
        self._snapshots = snapshots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, self._announcing(send))
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request = scope["method"], headers, scope["path"]
        if is_object_write(*request):
            try:
                await asyncio.to_thread(self._snapshots.settle)
            except (OSError, RuntimeError) as error:
                return await _answer(send, *disk_full.refusal(error))
        await self._app(scope, receive, self._noting(request, send))
        self._open_ports()
        return None

    def _noting(self, request: tuple[str, dict[str, str], str], send: Send) -> Send:
        """Before the caller has the answer, and can write down what it says."""

        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._snapshots.note(*request)
            await send(message)

        return noted

    def _announcing(self, send: Send) -> Send:
        async def announced(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._scheduler.seed_images()
                self._scheduler.bring_back()
                self._open_ports()
            await send(message)

        return announced

    def _open_ports(self) -> None:
        there = self._here(alb._lbs)
        applications = {lb["LoadBalancerArn"]: lb for lb in there if lb["Type"] != "network"}
        balancers = [(lb["LoadBalancerName"], lb["DNSName"], "") for lb in applications.values()]
        balancers += [
            (applications[it["LoadBalancerArn"]]["LoadBalancerName"], dns_name, f":{it['Port']}")
            for it in self._here(alb._listeners)
            if it["LoadBalancerArn"] in applications and it["Port"] not in _USUAL_PORTS
            for dns_name in [applications[it["LoadBalancerArn"]]["DNSName"]]
        ]
        networks = {lb["LoadBalancerArn"]: lb["DNSName"] for lb in there if lb["Type"] == "network"}
        apis = {api_gateway.host(api): api_gateway.origins(api) for api in self._here(apigateway._apis)}
        listening = {
            f"{networks[it['LoadBalancerArn']]}:{it['Port']}": it
            for it in self._here(alb._listeners)
            if it["LoadBalancerArn"] in networks
        }
        listeners = {name: partial(self._scheduler.target_of, it) for name, it in listening.items()}
        of_datagrams = {name for name, it in listening.items() if it["Protocol"] == "UDP"}
        self._load_balancer_ports.open_for(balancers, apis, listeners, of_datagrams)

    def _here(self, kept: Any) -> list[Any]:
        """Of all accounts and regions, what is in ours."""
        here = (self._settings.account_id, self._settings.region)
        return [value for key, value in kept.all_items() if key[:2] == here]


def _is_secure(dns_name: str) -> bool:
    """Whether services stand behind TLS there, and the listener for HTTP only leads to it."""
    balancer = alb.find_lb_for_host(dns_name)
    listeners = alb._listeners.values() if balancer else ()
    return any(it["LoadBalancerArn"] == balancer["LoadBalancerArn"] and it["Protocol"] == "HTTPS" for it in listeners)


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})


def _write(folder: Path, name: str, state: Any) -> None:
    persistence.STATE_DIR = str(folder)
    persistence.save_state(name, state)
    if not (folder / f"{name}.json").exists():
        raise OSError(f"the state of {name} could not be written; its own error stands above")
