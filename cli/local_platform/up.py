"""The process behind `slipway local up`: it owns the emulators, the portal and whatever fills the cloud, watches
them, and ends them in order. Everything it starts has a lifeline to it, so nothing outlives it, however it ends."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import click

from cli import connection
from cli.errors import FAILED, HELD_BACK, Refusal
from cli.local_platform import FILLED, processes
from cli.local_platform.demo_catalog import OURS, DemoCatalog
from cli.local_platform.traffic import Load, Traffic, loads_of
from local_cloud.cloud import AlreadyRunning, LocalCloud
from local_cloud.emulators.process import EmulatorFailed, is_free
from runtime.aws.errors import GatewayError
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.problems import CatalogError

_LOOK_EVERY_SECONDS = 0.3
_LOGS = "logs"
"""Stands in a new state directory already when `--detach` began it"""


class LocalUp:
    def __init__(
        self,
        cloud: LocalCloud,
        catalog: Catalog,
        port: int,
        changes: str,
        say: Callable[[str], None] = click.echo,
    ):
        self._cloud, self._catalog, self._port, self._changes, self._say = cloud, catalog, port, changes, say
        self._over = threading.Event()
        self._began = time.monotonic()
        self._url = f"http://127.0.0.1:{port}"
        self._environment = catalog.environment(naming.LOCAL)
        self._traffic = Traffic(self._loads)
        self._is_new = not (cloud.state / FILLED).exists()

    def run(self) -> int:
        """Until a signal comes, or a part ends by itself. An exit code."""
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, self._end)
        self._say(f"starting the local cloud in {self._cloud.state}")
        settings = {
            "state": str(self._cloud.state),
            "catalog": str(self._catalog.directory),
            "port": self._port,
            "catalog_changes": self._changes,
        }
        portal = processes.start("cli.portal_server", settings, self._cloud.state / "logs" / "portal.log")
        try:
            self._cloud.start()
            self._cloud.note(portal=self._url, catalog=str(self._catalog.directory), phase="provisioning")
            self._say(f"portal on {self._url}")
            filling = processes.start("cli.local_platform.fill", settings)
            try:
                return self._watch(portal, filling)
            finally:
                # First of all what writes: it goes on next time, from what it had done when it was stopped.
                processes.stop(filling)
        except (EmulatorFailed, AlreadyRunning) as error:
            raise Refusal(str(error)) from error
        finally:
            self._traffic.stop()
            processes.stop(portal)
            self._cloud.stop()
            self._say(f"all is stopped; `{self._cloud.command('up')}` goes on from here")

    def _watch(self, portal: subprocess.Popen[bytes], filling: subprocess.Popen[bytes]) -> int:
        filled = False
        while not self._over.wait(_LOOK_EVERY_SECONDS):
            if not filled and filling.poll() is not None:
                filled = True
                self._ready(filling.returncode)
            ended = self._cloud.dead_emulator() or _ended(portal, self._cloud)
            if ended:
                self._say(f"slipway: {ended}")
                return FAILED
        self._say("stopping")
        return 0

    def _ready(self, code: int) -> None:
        phase = phase_after(code, self._cloud)
        self._cloud.note(phase=phase)
        self._traffic.start()
        if self._is_new and code in (0, HELD_BACK):
            threading.Thread(target=self._leave_work, daemon=True).start()
        seconds = time.monotonic() - self._began
        ready = phase.replace("ready", f"ready in {seconds:.0f} s", 1)
        self._say(what_is_missing(code, self._cloud) if phase == "failed" else ready)
        for line in where_things_are(self._cloud, self._url, str(self._catalog.directory)):
            self._say(line)
        by = "Ctrl-C" if sys.stdout.isatty() else f"`{self._cloud.command('down')}`"  # no terminal, no Ctrl-C
        self._say(f"{by} stops everything")

    def _leave_work(self) -> None:
        """Takes some seconds, for which nobody need wait."""
        from cli.local_platform import seeds

        gateways = connection.gateways(self._environment, self._cloud.state)
        with suppress(GatewayError):  # without it there is less to see, and nothing is wrong
            seeds.leave_work(gateways, self._catalog.services(self._environment.name))
        if self._catalog.directory == (demo := DemoCatalog(self._cloud.state)).directory:
            with suppress(CatalogError):
                demo.leave_proposal()

    def _loads(self) -> list[Load]:
        return loads_of(self._cloud, self._catalog, connection.gateways(self._environment, self._cloud.state))

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._over.set()


def phase_after(code: int, cloud: LocalCloud) -> str:
    """What `slipway local status` says once filling ended with ``code``."""
    if code == HELD_BACK:
        return f"ready, but for services held back or waiting: `{cloud.typed('slipway up local')}` says which and why"
    return "failed" if code else "ready"


def what_is_missing(code: int, cloud: LocalCloud) -> str:
    """Of a platform that failed, by how filling it ended; what is killed says nothing itself."""
    if code >= 0:
        return "not everything came up: see above"
    return (
        f"not everything came up: what was filling it was ended by signal {-code}; `{cloud.command('down')}`, then "
        f"`{cloud.command('up')}` goes on from there"
    )


def refuse(cloud: LocalCloud, port: int) -> None:
    """Before anything is touched. Raises Refusal."""
    known = cloud.status()
    if known and known.owner and known.is_running:
        where = f"its portal is on {known.notes['portal']}" if "portal" in known.notes else "and just starting"
        raise Refusal(
            f"{cloud.state} is already run by process {known.owner.pid}, {where}; `{cloud.command('down')}` stops it"
        )
    others = {it.name for it in cloud.state.iterdir()} - {_LOGS, *OURS} if cloud.state.exists() else set()
    if others and not cloud.is_here:
        raise Refusal(f"{cloud.state} holds other things than a local cloud; name another directory with --state")
    if not is_free(port):
        raise Refusal(
            f"port {port} is taken by another program; choose another: `slipway local up --port {port + 1}`, or "
            f"`make demo PORT={port + 1}`"
        )


def where_things_are(cloud: LocalCloud, portal: str, catalog: str) -> list[str]:
    demo = DemoCatalog(cloud.state)
    return [
        f"  portal   {portal}",
        f'  AWS      {cloud.addresses.endpoint_url}   (eval "$({cloud.command("env")})" points a shell at it)',
        f"  catalog  {demo.said() if catalog == str(demo.directory) else catalog}",
        f"  state    {cloud.state}",
        f"  logs     {cloud.state / 'logs'}",
    ]


def _ended(portal: subprocess.Popen[bytes], cloud: LocalCloud) -> str:
    return f"the portal ended; see {cloud.state / 'logs' / 'portal.log'}" if portal.poll() is not None else ""
