"""One line a request in the log group of its stage, in the format that the stage says. MiniStack writes none."""

import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import new_uuid

_VARIABLE = re.compile(r"\$context\.([A-Za-z.]+)")
_CLAIMS: ContextVar[Mapping[str, Any]] = ContextVar("claims")
"""Of the token of the request that is being answered, once it was checked"""


def install(apigateway: Any, cloudwatch_logs: Any) -> None:
    handle, validate = apigateway._handle_execute_in_scope, apigateway._validate_jwt_authorizer

    async def validated(*asked: Any) -> Any:
        claims, scopes, refused = await validate(*asked)
        _CLAIMS.set(claims or {})
        return claims, scopes, refused

    async def handled(api: str, stage: str, path: str, method: str, headers: Mapping[str, str], *more: Any) -> Any:
        settings = (apigateway._stages.get(api, {}).get(stage) or {}).get("accessLogSettings")
        if not settings:
            return await handle(api, stage, path, method, headers, *more)
        _CLAIMS.set({})
        began = time.time()
        answer = await handle(api, stage, path, method, headers, *more)
        route = apigateway._match_route(api, method, "/" + path.lstrip("/")) or {}
        told = {
            **_of_request(api, stage, path, method, headers, began),
            **_of_answer(answer, began),
            "routeKey": route.get("routeKey", "-"),
        }
        _write(cloudwatch_logs, settings["destinationArn"], f"{api}-{stage}", _line(settings["format"], told), began)
        return answer

    apigateway._validate_jwt_authorizer, apigateway._handle_execute_in_scope = validated, handled


def _of_request(
    api: str, stage: str, path: str, method: str, headers: Mapping[str, str], began: float
) -> dict[str, Any]:
    when = datetime.fromtimestamp(began, UTC)
    return {
        "apiId": api,
        "stage": stage,
        "requestId": new_uuid(),
        "requestTime": f"{when:%d/%b/%Y:%H:%M:%S +0000}",
        "requestTimeEpoch": int(began),
        "identity.sourceIp": "127.0.0.1",
        "identity.userAgent": headers.get("user-agent", "-"),
        "domainName": headers.get("host", "-"),
        "httpMethod": method,
        "path": path,
        "protocol": "HTTP/1.1",
    }


def _of_answer(answer: Any, began: float) -> dict[str, Any]:
    status, headers, body = answer
    length = {name.lower(): value for name, value in headers.items()}.get("content-length")
    took = int((time.time() - began) * 1000)
    claims = {f"authorizer.claims.{name}": value for name, value in _CLAIMS.get().items()}
    return claims | {
        "status": status,
        "responseLatency": took,
        "integrationLatency": took if status not in (401, 403, 404, 429) else "-",
        "responseLength": length or (len(body) if isinstance(body, bytes) else "-"),
    }


def _line(form: str, told: Mapping[str, Any]) -> str:
    """What is not known is a dash, as on AWS. A full stop that ends a sentence belongs to no name."""

    def value(match: "re.Match[str]") -> str:
        name = match[1].rstrip(".")
        return str(told.get(name, "-")) + match[1][len(name) :]

    return _VARIABLE.sub(value, form)


def _write(logs: Any, destination: str, stream: str, line: str, when: float) -> None:
    """Nothing is written where the log group is gone."""
    group = destination.partition(":log-group:")[2].removesuffix(":*")
    found = logs._log_groups.get(group)
    if found is None:
        return
    if stream not in found["streams"]:
        logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    event = {"timestamp": int(when * 1000), "message": line}
    logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": [event]})
