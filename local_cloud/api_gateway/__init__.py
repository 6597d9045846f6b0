"""What MiniStack's HTTP APIs lack or do otherwise than AWS, mended from outside.

vpc_links.py     VPC links, which MiniStack has not, and what integrations say of them
private.py       integrations over a VPC link: through a load balancer's listener, or to a task that Cloud Map lists
parameters.py    a header that an API sets is never the client's
functions.py     authorizer functions that API Gateway may not invoke
refusals.py      what AWS refuses
throttling.py    429 above a stage's rate
access_logs.py   one line a request in the stage's log group

As with the shims of tasks, each has a test that says when MiniStack has caught up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from local_cloud.api_gateway import access_logs, functions, parameters, private, refusals, throttling, vpc_links


def install(apigateway: Any, alb: Any, cloudwatch_logs: Any, lambda_svc: Any, let_in: private.LetIn) -> None:
    links = vpc_links.install(apigateway)
    private.install(apigateway, alb, links, let_in)
    parameters.install(apigateway)
    functions.install(apigateway, lambda_svc)
    refusals.install(apigateway, links)
    throttling.install(apigateway)
    access_logs.install(apigateway, cloudwatch_logs)


def host(api: Mapping[str, Any]) -> str:
    """By which it is addressed."""
    return str(urlsplit(api["apiEndpoint"]).hostname)


def origins(api: Mapping[str, Any]) -> Callable[[], Sequence[str]]:
    """Whose scripts may call it, at the moment of asking."""
    return lambda: (api.get("corsConfiguration") or {}).get("allowOrigins", [])
