"""Integrations over a VPC link: a request goes through the rules of the listener that the integration names."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def install(apigateway: Any, alb: Any) -> None:
    elsewhere = apigateway._invoke_http_proxy

    async def invoked(
        integration: Mapping[str, Any], path: str, method: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        if integration.get("connectionType") != "VPC_LINK":
            return await elsewhere(integration, path, method, headers, body, query)
        listener = alb._listeners.get(integration["integrationUri"])
        if listener is None:
            return 503, {"Content-Type": "application/json"}, json.dumps({"message": "Service Unavailable"}).encode()
        balancer, asked = alb._lbs[listener["LoadBalancerArn"]], urlencode(query, doseq=True)
        return await alb.dispatch_request(
            balancer, method, path, headers, body, query, listener["Port"], raw_query_string=asked
        )

    apigateway._invoke_http_proxy = invoked
