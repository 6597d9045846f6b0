"""Serves the portal with gunicorn: one process that answers in threads, so that there is one collector.

``python -m cli.portal_server`` is how the local cloud starts it, as a child that ends with its parent.
"""

import ctypes
import gc
import json
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from cli import connection, log_lines
from cli.local_platform.addresses import address_of
from cli.local_platform.demo_catalog import DemoCatalog
from cli.log_lines import JsonLine, LogFormat
from cli.patient_worker import PatientWorker
from portal import Settings, create_app
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.catalog import Catalog

STOP_SECONDS = 40
"""For what is being answered when it is told to stop. A release is carried out within 30 s, or says that it was not"""
_LOCAL_STOP_SECONDS = 3
"""On somebody's own machine, who waits for it"""
THREADS = 64
"""Far more than pages take at once while AWS is silent, so that one is left for whoever asks nothing of AWS"""


class PortalServer(BaseApplication):
    """The app is made in the worker, since threads do not survive a fork."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        state: Path,
        log_format: LogFormat = "text",
        stop_seconds: int = STOP_SECONDS,
    ):
        self._settings, self._catalog, self._state = settings, catalog, state
        self._log_format, self._stop_seconds = log_format, stop_seconds
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "worker_class": PortalWorker,
            "threads": THREADS,
            "keepalive": 0,
            "forwarded_allow_ips": "",  # SCRIPT_NAME and the like come from strangers; proxies: portal.proxies
            "graceful_timeout": self._stop_seconds,
            "control_socket_disable": True,
            "loglevel": "warning",
            "logger_class": JsonServerLog if self._log_format == "json" else Logger,
            "worker_exit": _close,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        keep_memory_together()
        return self.make_app()

    def make_app(self) -> Any:
        """Who saved, released or stopped what is told on stderr, which is its log file under `slipway local up`."""
        log_lines.write_to_stderr("info", self._log_format)

        def connect(environment: str) -> Gateways:
            return connection.gateways(self._catalog.environment(environment), self._state, for_pages=True)

        return create_app(self._settings, self._catalog, connect)


class PortalWorker(PatientWorker):
    def handle_exit(self, sig: int, frame: Any) -> None:
        """Told to stop, it passes that on at once: its children end while what is asked is answered."""
        if self.alive:
            threading.Thread(target=_end_children, args=(self.wsgi,), name="stop").start()
        super().handle_exit(sig, frame)


class JsonServerLog(Logger):
    """What gunicorn itself has to say, in lines like all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLine())


def keep_memory_together() -> None:
    """In two pools and not one for each of the threads, of which every one would keep the largest page it ever sent:
    after 2,000 requests for the list of 1,000 services that is 15 MB less. And what is large, a page or the model of an
    AWS service, stands beside the pools, so that no hole as large stays in them: 13 MB less. Only glibc has these."""
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, 2)
        libc.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
    gc.set_threshold(*_WHILE_SERVING)


_WHILE_SERVING = (5_000, 20, 50)
"""What pages leave is looked for more often than what is imported (``cli``)"""
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
"""As glibc's ``malloc.h`` numbers them"""
_LARGE_BYTES = 128 * 1024
"""With which glibc begins too, until something larger is given back"""


def settings_for(port: int, catalog: Catalog, state: Path, provisions: Iterable[str] = (), **said: Any) -> Settings:
    """``provisions``: environments beside the local one whose services are provisioned from pages. Raises what Settings
    raises when what is ``said`` cannot all be so."""
    allowed = frozenset({naming.LOCAL, *provisions})
    where = address_of(catalog, state)
    return Settings(run_directory=state / "portal", port=port, provisions=allowed, address_of=where, **said)


def _close(arbiter: Any, worker: Any) -> None:
    """Children of the portal (it starts `slipway up`) end with it."""
    _end_children(worker.app.wsgi())


def _end_children(app: Any) -> None:
    held = app.extensions["slipway"]
    held.provisioning.close()
    held.foresight.close()


def main() -> None:
    from local_cloud.emulators import lifeline

    lifeline.hold()
    said = json.loads(sys.argv[1])
    state = Path(said["state"])
    catalog = Catalog.at(said["catalog"])
    is_a_copy = catalog.directory.resolve() == DemoCatalog(state).directory.resolve()
    more = {"catalog_changes": said["catalog_changes"], "catalog_is_a_copy": is_a_copy}
    PortalServer(
        settings_for(said["port"], catalog, state, sign_in="sample", **more),
        catalog,
        state,
        stop_seconds=_LOCAL_STOP_SECONDS,
    ).run()


if __name__ == "__main__":
    main()
