"""Headers that an integration sets of claims and of what a Lambda authorizer answered.

Where there is nothing to set, MiniStack leaves the client's header of that name in place, by which a client could be
whoever it likes. And it knows no `$context.authorizer.PROPERTY`, and lists as Python spells them.
"""

from typing import Any

_OVERWRITE = "overwrite:header."
_AUTHORIZER = "$context.authorizer."


def install(apigateway: Any) -> None:
    apply, resolve, claim = (
        apigateway._apply_request_parameter_mappings,
        apigateway._resolve_mapping_atom,
        apigateway._get_claim,
    )

    def applied(integration: Any, *, request_path: str, **request: Any) -> Any:
        headers, query, path = apply(integration, request_path=request_path, **request)
        for key, value in (integration.get("requestParameters") or {}).items():
            is_header = key.startswith(_OVERWRITE)
            if is_header and apigateway._resolve_mapping_value(value, **request) is None:
                headers.pop(key.removeprefix(_OVERWRITE).lower(), None)
        return headers, query, path

    def resolved(expression: str, **request: Any) -> Any:
        found = resolve(expression, **request)
        if found is None and expression.startswith(_AUTHORIZER):
            context = request["context_vars"].get("authorizer.lambda") or {}
            return context.get(expression.removeprefix(_AUTHORIZER))
        return found

    def claimed(claims: Any, path: str) -> Any:
        found = claim(claims, path)
        return apigateway._jwt_claim_to_string(found) if isinstance(found, list | bool) else found

    apigateway._apply_request_parameter_mappings = applied
    apigateway._resolve_mapping_atom = resolved
    apigateway._get_claim = claimed
