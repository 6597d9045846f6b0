"""The action of a listener rule by which users sign in before they get to a service."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws

from service_catalog.model import ClientSecret, IdentityProvider, SignIn

_SESSION_COOKIE = "SlipwaySignIn"


def action(asked: SignIn, provider: IdentityProvider, secret: pulumi.Input[str]) -> dict[str, Any]:
    return {
        "type": "authenticate-oidc",
        "authenticate_oidc": {
            "issuer": provider.issuer,
            "authorization_endpoint": provider.authorization_endpoint,
            "token_endpoint": provider.token_endpoint,
            "user_info_endpoint": provider.user_info_endpoint,
            "client_id": provider.client_id,
            "client_secret": secret,
            "scope": asked.scope,
            "session_timeout": asked.session_seconds,
            "session_cookie_name": _SESSION_COOKIE,
            "on_unauthenticated_request": asked.unauthenticated,
        },
    }


def client_secret(named: ClientSecret, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[str]:
    """Marked as a secret, so that no engine writes it down as it is. Nothing that could quote it may be raised here."""
    found = aws.secretsmanager.get_secret_version_output(
        secret_id=named.secretsmanager, version_id=named.version, opts=opts
    )
    return pulumi.Output.secret(found.secret_string).apply(lambda text: _value(named, text))


def _value(named: ClientSecret, text: str) -> str:
    if named.key is None:
        return text
    try:
        value = json.loads(text)[named.key]
    except (ValueError, KeyError, TypeError):
        value = None
    if not isinstance(value, str):
        raise pulumi.RunError(f"the secret {named.secretsmanager} has no text under the key {named.key}") from None
    return value
