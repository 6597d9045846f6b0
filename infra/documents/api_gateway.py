"""What API Gateway is told in documents: who may call, from which sites, how often, and what is written down."""

import json
from typing import Any

from service_catalog import naming
from service_catalog.model import Authorizer, Cors, Throttling, TokenCheck

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


def token_check(wanted: TokenCheck) -> dict[str, Any]:
    """Of an authorizer, what it asks of a token."""
    return {
        "authorizer_type": "JWT",
        "identity_sources": ["$request.header.Authorization"],
        "jwt_configuration": {"issuer": wanted.issuer, "audiences": list(wanted.audience)},
    }


def request_parameters(service: str, authorizer: Authorizer | None) -> dict[str, str]:
    """What a request looks like behind the API. What is overwritten is never the client's."""
    headers = authorizer.headers if authorizer else {}
    claims = {f"overwrite:header.{name}": f"$context.authorizer.claims.{claim}" for name, claim in headers.items()}
    # Without it the name of a stage would stand before the path.
    return claims | {"overwrite:path": "$request.path", f"overwrite:header.{naming.SERVICE_HEADER}": service}
