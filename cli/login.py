"""``slipway login`` and ``logout``: which portal the commands for developers ask, and by which token."""

import sys

import click

from cli import ci_token, portal_client
from cli.errors import Refusal, report_errors
from cli.portal_client import Login, PortalClient


@click.command()
@click.argument("url", metavar="URL")
@click.option("--token-stdin", is_flag=True, help="Read the token from stdin and ask nobody.")
@click.option("--ci", "is_ci", is_flag=True, help="In a job of GitHub Actions or GitLab: by the job's own token.")
@report_errors
def login(url: str, token_stdin: bool, is_ci: bool) -> None:
    """Log in to the portal at URL with a token, which its page of tokens makes.

    It is kept in ~/.config/slipway/portal.json, which nobody else reads. A CI sets $SLIPWAY_PORTAL and $SLIPWAY_TOKEN
    in its place.
    """
    url = portal_client.checked_url(url)
    if is_ci:
        token = ci_token.exchanged(url)
    elif token_stdin:
        token = sys.stdin.readline().strip()
    else:
        click.echo(f"make a token on {url}/tokens", err=True)
        token = click.prompt("token", hide_input=True, err=True).strip()
    if not token:
        raise Refusal("no token was given")
    who = PortalClient(Login(url, token)).get("whoami")
    path = portal_client.keep(Login(url, token))
    scope = f" for {', '.join(who['services'])}" if who["services"] else ""
    click.echo(f"logged in to {url} as {who['name']}{scope}; kept in {path}")


@click.command()
@report_errors
def logout() -> None:
    """Forget the token on this machine. Whoever has it may go on using it: the page of tokens revokes it."""
    portal_client.forget()
    click.echo("the token is forgotten here")
