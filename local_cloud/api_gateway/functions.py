"""Lambda functions that authorize: API Gateway may invoke those whose policy lets it, MiniStack any."""

import fnmatch
from collections.abc import Mapping
from typing import Any


def install(apigateway: Any, lambda_svc: Any) -> None:
    invoke = apigateway._invoke_request_authorizer_lambda

    async def invoked(authorizer: Mapping[str, Any], event: Mapping[str, Any], account: str, region: str) -> Any:
        """None is answered with 500, as on AWS."""
        function = apigateway._extract_lambda_ref_from_integration_uri(authorizer.get("authorizerUri", ""))
        found, *_ = lambda_svc._get_func_record_for_ref_in_scope(function, account_id=account, region=region)
        source = _execution_arn(event) + f"/authorizers/{authorizer['authorizerId']}"
        if not found or not any(_lets_in(it, source) for it in found["policy"]["Statement"]):
            return None
        return await invoke(authorizer, event, account, region)

    apigateway._invoke_request_authorizer_lambda = invoked


def _execution_arn(event: Mapping[str, Any]) -> str:
    """Of the API, from that of the route: ``arn:…:execute-api:region:account:api/stage/GET/path``."""
    return str(event["routeArn"]).partition("/")[0]


def _lets_in(statement: Mapping[str, Any], source: str) -> bool:
    principal, condition = statement["Principal"], statement.get("Condition") or {}
    service = principal.get("Service") if isinstance(principal, Mapping) else principal
    wanted = (condition.get("ArnLike") or {}).get("AWS:SourceArn", "*")
    return service in ("apigateway.amazonaws.com", "*") and fnmatch.fnmatchcase(source, wanted)
