"""How people sign in to a portal that serves others, as options and variables say it. Secrets come as variables alone:
what is typed stands in the history of a shell, and in what `ps` shows."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.errors import Refusal
from portal.auth import ci_file
from portal.auth.claims import TeamsClaim
from portal.auth.settings import OIDC_SCOPE, AlbSignIn, CiTrust, OidcClient, SignIn

CLIENT_SECRET, SESSION_KEY = "SLIPWAY_OIDC_CLIENT_SECRET", "SLIPWAY_SESSION_KEY"
METRICS_TOKEN = "SLIPWAY_METRICS_TOKEN"

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = {
    "public_url": ("URL", "Where browsers reach it: https://slipway.example.com"),
    "home_environment": (
        "ENV",
        "Its bucket keeps what belongs to the portal itself: sign-ins, tokens.",
    ),
    "oidc_issuer": ("URL", "Identity provider that speaks OpenID Connect."),
    "oidc_client_id": ("ID", "The portal's client there. Its redirect URI: URL/sign-in/callback"),
    "oidc_scope": ("SCOPES", f"Asked of it, with spaces between. Default: {OIDC_SCOPE}"),
    "alb_arn": ("ARN", "Load balancer before the portal that signs people in itself."),
    "alb_issuer": ("URL", "The identity provider behind that load balancer."),
    "alb_client_id": ("ID", "The load balancer's client there."),
    "ci_trust": ("FILE", "Jobs of a CI that may deploy without a secret, as JSON (docs/ci.md)."),
    "teams_claim": ("NAME", "The claim with a person's teams. Default: groups"),
    "platform_team": ("TEAM", "The team that may do everything. Default: platform"),
}


def options(command: Command) -> Command:
    for name, (metavar, text) in reversed(_OPTIONS.items()):
        variable = f"SLIPWAY_{name.upper()}"
        told = f"{text} (${variable})"
        command = click.option(f"--{name.replace('_', '-')}", metavar=metavar, envvar=variable, default="", help=told)(
            command
        )
    return command


def settings(said: Mapping[str, str], variables: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """For ``portal.Settings``. Raises Refusal."""
    found: dict[str, Any] = {"sign_in": _sign_in(said, variables)}
    if said["public_url"]:
        found["public_url"] = said["public_url"].rstrip("/")
    if said["home_environment"]:
        found["home"] = said["home_environment"]
    if said["ci_trust"]:
        found["ci"] = _ci(Path(said["ci_trust"]))
    if variables.get(SESSION_KEY):
        found["session_key"] = variables[SESSION_KEY]
    if variables.get(METRICS_TOKEN):
        found["metrics_token"] = variables[METRICS_TOKEN]
    return found


def _ci(path: Path) -> tuple[CiTrust, ...]:
    try:
        return ci_file.read(path)
    except ci_file.BadTrust as error:
        raise Refusal(str(error)) from error


def _sign_in(said: Mapping[str, str], variables: Mapping[str, str]) -> SignIn:
    teams = TeamsClaim(said["teams_claim"] or "groups", said["platform_team"] or "platform")
    if said["oidc_issuer"] and said["alb_arn"]:
        raise Refusal("--oidc-issuer and --alb-arn are two ways to sign in; say one")
    if said["oidc_issuer"]:
        _want(said, "oidc_issuer", "oidc_client_id")
        if not variables.get(CLIENT_SECRET):
            raise Refusal(f"${CLIENT_SECRET}: missing; --oidc-issuer needs the secret of its client")
        scope = said["oidc_scope"] or OIDC_SCOPE
        if "openid" not in scope.split():
            raise Refusal(f"--oidc-scope: must hold openid, or the provider says of nobody who they are; got '{scope}'")
        return OidcClient(said["oidc_issuer"], said["oidc_client_id"], variables[CLIENT_SECRET], teams, scope)
    if said["alb_arn"]:
        _want(said, "alb_arn", "alb_issuer", "alb_client_id")
        if said["alb_arn"].count(":") < 5 or ":loadbalancer/app/" not in said["alb_arn"]:
            raise Refusal(f"--alb-arn: must be the whole ARN of an Application Load Balancer; got '{said['alb_arn']}'")
        return AlbSignIn(said["alb_arn"], said["alb_issuer"], said["alb_client_id"], teams)
    return "none"


def _want(said: Mapping[str, str], *names: str) -> None:
    missing = [f"--{name.replace('_', '-')}" for name in names if not said[name]]
    if missing:
        raise Refusal(f"{', '.join(missing)}: missing; --{names[0].replace('_', '-')} needs it")
