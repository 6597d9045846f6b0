"""``slipway login`` and ``logout``: which portal the commands for developers ask, and by which token."""

import sys

import click

from cli import browser_login, ci_token, portal_client
from cli.errors import Refusal, report_errors
from cli.portal_client import Login, PortalClient


@click.command()
@click.argument("url", metavar="URL")
@click.option("--paste", is_flag=True, help="Ask for a token here, which the portal's page of tokens makes.")
@click.option("--no-browser", is_flag=True, help="Say the address, and open no browser.")
@click.option("--token-stdin", is_flag=True, help="Read the token from stdin and ask nobody.")
@click.option("--ci", "is_ci", is_flag=True, help="In a job of GitHub Actions or GitLab: by the job's own token.")
@report_errors
def login(url: str, paste: bool, no_browser: bool, token_stdin: bool, is_ci: bool) -> None:
    """Log in to the portal at URL: its page, in the browser of this machine, asks what this command may do.

    Where no browser leads back to this machine, as behind SSH, say --paste. The token is kept in
    ~/.config/slipway/portal.json, which nobody else reads. A CI sets $SLIPWAY_PORTAL and $SLIPWAY_TOKEN in its place.
    """
    url = portal_client.checked_url(url)
    if is_ci:
        token = ci_token.exchanged(url)
    elif token_stdin:
        token = sys.stdin.readline().strip()
    elif not paste:
        token = browser_login.token_from(url, opens=not no_browser)
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
