"""Limits that somebody sets for a service bring its number of tasks within them at once, as on AWS; moto only keeps
them. A count that is changed later is left alone, wherever it is: only what changes limits moves it."""

import io
import json
import logging
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local_cloud.emulators import loopback
from local_cloud.emulators.journal import TARGET
from local_cloud.emulators.request_guard import WsgiApp

log = logging.getLogger(__name__)

_ECS = "AmazonEC2ContainerServiceV20141113."
Limits = tuple[int, int]


class ScalingLimits:
    """``limits_of``: what moto keeps for a resource; None for one that it does not know."""

    def __init__(self, ecs_url: str, limits_of: Callable[[str], Limits | None]):
        self._ecs_url, self._limits_of = ecs_url, limits_of

    def enforced(self, app: WsgiApp) -> WsgiApp:
        def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if environ["HTTP_X_AMZ_TARGET"] != f"{TARGET}RegisterScalableTarget":
                return app(environ, start_response)
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            resource = str(json.loads(body).get("ResourceId"))
            before = self._limits_of(resource)
            answer = list(app(environ, start_response))
            limits = self._limits_of(resource)
            if limits and limits != before:
                self._bring_within(resource, limits, environ.get("HTTP_AUTHORIZATION", ""))
            return answer

        return answered

    def _bring_within(self, resource: str, limits: Limits, authorization: str) -> None:
        _, cluster, service = resource.split("/")
        try:
            found = self._ecs("DescribeServices", authorization, cluster=cluster, services=[service])["services"]
            for tasks in [it["desiredCount"] for it in found if it["status"] == "ACTIVE"]:
                wanted = max(limits[0], min(limits[1], tasks))
                if wanted != tasks:
                    log.info("limits set service=%s from=%d to=%d", service, tasks, wanted)
                    self._ecs("UpdateService", authorization, cluster=cluster, service=service, desiredCount=wanted)
        except OSError as error:
            log.warning("the count of service=%s could not follow its limits: %s", service, error)

    def _ecs(self, action: str, authorization: str, **arguments: object) -> Mapping[str, Any]:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": _ECS + action,
            "Authorization": authorization,  # its account and region are the caller's
        }
        request = urllib.request.Request(self._ecs_url, json.dumps(arguments).encode(), headers)
        with loopback.ask(request, timeout_seconds=10) as answer:
            return dict(json.loads(answer.read()))
