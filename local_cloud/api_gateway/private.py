"""Integrations over a VPC link: a request goes through the rules of the listener that the integration names, or to one
of the tasks that a service of Cloud Map lists."""

import json
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from local_cloud.api_gateway.vpc_links import VpcLinks

LetIn = Callable[[str, Collection[str]], Sequence[tuple[str, int]]]
"""By the ARN of a service of Cloud Map and the link's security groups, where its tasks are"""
_UNAVAILABLE = 503, {"Content-Type": "application/json"}, json.dumps({"message": "Service Unavailable"}).encode()


def install(apigateway: Any, alb: Any, links: VpcLinks, let_in: LetIn) -> None:
    elsewhere = apigateway._invoke_http_proxy

    async def invoked(
        integration: Mapping[str, Any], path: str, method: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        if integration.get("connectionType") != "VPC_LINK":
            return await elsewhere(integration, path, method, headers, body, query)
        uri, asked = integration["integrationUri"], urlencode(query, doseq=True)
        if ":servicediscovery:" in uri:
            found = let_in(uri, links.all.get(integration["connectionId"], {}).get("securityGroupIds", ()))
            if not found:
                return _UNAVAILABLE
            host, port = random.choice(found)
            target = {"Id": host, "Port": port}
            return await alb._proxy_http_target(target, {}, method, path, headers, body, query, asked)
        listener = alb._listeners.get(uri)
        if listener is None:
            return _UNAVAILABLE
        balancer = alb._lbs[listener["LoadBalancerArn"]]
        return await alb.dispatch_request(
            balancer, method, path, headers, body, query, listener["Port"], raw_query_string=asked
        )

    apigateway._invoke_http_proxy = invoked
