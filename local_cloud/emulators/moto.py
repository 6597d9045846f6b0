"""Serves application auto scaling by moto, and nothing else. Run as ``python -m local_cloud.emulators.moto SETTINGS``.

moto only keeps what is to be scaled, by what and when; ``local_cloud.metrics`` does it, and ``scaling_limits`` what
happens at once. What was written comes back at the next start from a journal beside it.
"""

import os
import sys
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from local_cloud.emulators import lifeline
from local_cloud.emulators.journal import TARGET, Journal
from local_cloud.emulators.request_guard import WsgiApp, api_guard, guarded_wsgi
from local_cloud.emulators.scaling_limits import Limits, ScalingLimits
from local_cloud.emulators.settings import MotoSettings, paths


def main(settings: MotoSettings) -> None:
    lifeline.hold()
    os.environ["MOTO_ACCOUNT_ID"] = settings.account_id  # read by moto when it is imported
    sys.modules["moto.ecs"] = SimpleNamespace(ecs_backends=_AnyService())  # type: ignore[assignment]
    from moto.applicationautoscaling.models import applicationautoscaling_backends
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import run_simple

    journal = Journal(settings.journal, settings.account_id, settings.region)
    app = DomainDispatcherApplication(create_backend_app)
    journal.tell(app)
    kept = applicationautoscaling_backends[settings.account_id][settings.region]
    limits = ScalingLimits(settings.ecs_url, lambda resource: _limits(kept, resource))
    served = guarded_wsgi(only_scaling(limits.enforced(journal.keeping(app))), api_guard)
    run_simple("127.0.0.1", settings.port, served, threaded=True, request_handler=MotoRequestHandler)


def only_scaling(app: WsgiApp) -> WsgiApp:
    """Every other service is MiniStack's; answering here would hide a wrong endpoint."""

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_X_AMZ_TARGET", "").startswith(TARGET):
            return app(environ, start_response)
        is_health_check = environ["PATH_INFO"] == "/" and environ["REQUEST_METHOD"] == "GET"
        start_response("200 OK" if is_health_check else "404 Not Found", [("Content-Type", "text/plain")])
        return [b"application auto scaling only"]

    return answered


def _limits(kept: Any, resource: str) -> Limits | None:
    found = kept.describe_scalable_targets("ecs", [resource], None)
    return next(((it.min_capacity, it.max_capacity) for it in found), None)


class _AnyService:
    """Stands in for moto's ECS, which application auto scaling asks whether a service exists: MiniStack holds them.

    The real one would also import moto's EC2, more than a second of start.
    """

    def __getitem__(self, _: str) -> "_AnyService":
        return self

    def describe_services(self, cluster: str, services: list[str]) -> tuple[list[str], list[str]]:
        return services, []


if __name__ == "__main__":
    main(MotoSettings(**paths(sys.argv[1], "journal")))
