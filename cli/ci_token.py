"""A job of a CI shows the portal the token that its provider signed for it, so that it keeps no secret of ours."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import quote

from cli.errors import Refusal
from cli.portal_client import Login, PortalClient

GITLAB = "SLIPWAY_ID_TOKEN"
_GITHUB_URL, _GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
_TIMEOUT_SECONDS = 30


def exchanged(url: str, variables: Mapping[str, str] = os.environ) -> str:
    """A token of the API, for an hour. The job's own is asked for with the portal's address as its audience."""
    granted = PortalClient(Login(url, "")).post("token-exchange", body={"id_token": _own(url, variables)})
    return str(granted["access_token"])


def _own(url: str, variables: Mapping[str, str]) -> str:
    if variables.get(GITLAB):
        return variables[GITLAB]
    if not variables.get(_GITHUB_URL) or not variables.get(_GITHUB_TOKEN):
        raise Refusal(
            f"this is no job with a token of its own: on GitHub it wants `permissions: id-token: write`, on GitLab "
            f"`id_tokens: {GITLAB}: aud: {url}`"
        )
    address = f"{variables[_GITHUB_URL]}&audience={quote(url, safe='')}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {variables[_GITHUB_TOKEN]}"})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
            return str(json.loads(answer.read())["value"])
    except (OSError, ValueError, KeyError) as error:
        raise Refusal(f"GitHub gave this job no token: {type(error).__name__}") from error
