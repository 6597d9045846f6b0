"""What API Gateway is told in documents: who may call, from which sites, how often, and what is written down."""

import json
from typing import Any

from service_catalog import naming
from service_catalog.model import Authorizer, AuthorizerFunction, Cors, Environment, Throttling, TokenCheck

_SAID = {
    "requestId": "requestId",
    "time": "requestTime",
    "ip": "identity.sourceIp",
    "method": "httpMethod",
    "path": "path",
    "route": "routeKey",
    "status": "status",
    "milliseconds": "responseLatency",
    "integrationMilliseconds": "integrationLatency",
    "bytes": "responseLength",
    "subject": "authorizer.claims.sub",
    "refused": "authorizer.error",
    "error": "integrationErrorMessage",
    "userAgent": "identity.userAgent",
}
ACCESS_LOG = json.dumps({name: f"$context.{variable}" for name, variable in _SAID.items()}, separators=(",", ":"))
"""One line of JSON for each request; all values are texts"""


def cors(wanted: Cors) -> dict[str, Any]:
    said = {
        "allow_origins": list(wanted.origins),
        "allow_methods": list(wanted.methods),
        "allow_headers": list(wanted.headers),
        "expose_headers": list(wanted.expose_headers),
        "max_age": wanted.max_age_seconds,
    }
    return {name: value for name, value in said.items() if value != []} | {"allow_credentials": wanted.credentials}


def throttling(wanted: Throttling) -> dict[str, Any]:
    return {"throttling_rate_limit": wanted.rate, "throttling_burst_limit": wanted.burst}


def function_check(wanted: AuthorizerFunction, environment: Environment) -> dict[str, Any]:
    """Of an authorizer, which function it asks about a request."""
    invoked = f"lambda:path/2015-03-31/functions/{wanted.arn}/invocations"
    return {
        "authorizer_type": "REQUEST",
        "authorizer_uri": f"arn:{environment.partition}:apigateway:{environment.region}:{invoked}",
        "authorizer_payload_format_version": "2.0",
        "enable_simple_responses": True,
        "identity_sources": [f"$request.header.{name}" for name in wanted.identity],
        # Left out, answers would be kept for five minutes.
        "authorizer_result_ttl_in_seconds": wanted.cache_seconds,
    }


def function_and_alias(wanted: AuthorizerFunction) -> tuple[str, str | None]:
    """An ARN has seven parts, and that of an alias one more."""
    parts = wanted.arn.split(":")
    return ":".join(parts[:7]), parts[7] if len(parts) > 7 else None


def token_check(wanted: TokenCheck) -> dict[str, Any]:
    """Of an authorizer, what it asks of a token."""
    return {
        "authorizer_type": "JWT",
        "identity_sources": ["$request.header.Authorization"],
        "jwt_configuration": {"issuer": wanted.issuer, "audiences": list(wanted.audience)},
    }


def request_parameters(service: str, authorizer: Authorizer | None, is_function: bool) -> dict[str, str]:
    """What a request looks like behind the API. What is overwritten is never the client's."""
    headers = authorizer.headers if authorizer else {}
    # What a function says of a request stands beside the claims of tokens.
    said = "$context.authorizer" if is_function else "$context.authorizer.claims"
    claims = {f"overwrite:header.{name}": f"{said}.{claim}" for name, claim in headers.items()}
    # Without it the name of a stage would stand before the path.
    return claims | {"overwrite:path": "$request.path", f"overwrite:header.{naming.SERVICE_HEADER}": service}
