"""Requests above a stage's rate are answered with 429, by a bucket of tokens as AWS describes it."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

_TOO_MANY = json.dumps({"message": "Too Many Requests"}).encode()


class Buckets:
    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._left: dict[tuple[str, ...], tuple[float, float]] = {}
        """Tokens, and when they were counted"""

    def take(self, whose: tuple[str, ...], settings: Mapping[str, Any]) -> bool:
        """Whether there was a token; there always is one where the settings name no rate."""
        rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
        if rate is None and burst is None:
            return True
        most = max(float(burst if burst is not None else rate or 0), 0.0)
        now = self._clock()
        left, counted = self._left.get(whose, (most, now))
        left = min(most, left + (now - counted) * float(rate if rate is not None else most))
        self._left[whose] = (left - 1 if left >= 1 else left, now)
        return left >= 1


def install(apigateway: Any) -> None:
    buckets, handle = Buckets(), apigateway._handle_execute_in_scope

    async def handled(api: str, stage: str, path: str, method: str, *request: Any) -> Any:
        said = apigateway._stages.get(api, {}).get(stage) or {}
        route = apigateway._match_route(api, method, "/" + path.lstrip("/")) or {}
        key = route.get("routeKey", "")
        own = (said.get("routeSettings") or {}).get(key)
        whose, settings = ((api, stage, key), own) if own else ((api, stage), said.get("defaultRouteSettings") or {})
        if not buckets.take(whose, settings):
            return 429, {"Content-Type": "application/json"}, _TOO_MANY
        return await handle(api, stage, path, method, *request)

    apigateway._handle_execute_in_scope = handled
