"""How people sign in, as options and variables say it: what is missing is said before anything is served."""

import pytest

from cli import portal_sign_in
from cli.errors import Refusal
from portal.auth.claims import TeamsClaim
from portal.auth.settings import AlbSignIn, OidcClient

NOTHING = dict.fromkeys(
    (
        *("public_url", "home_environment", "oidc_issuer", "oidc_client_id", "alb_arn", "alb_issuer", "alb_client_id"),
        *("teams_claim", "platform_team", "ci_trust", "oidc_scope"),
    ),
    "",
)
OIDC = {"oidc_issuer": "https://login.example.com", "oidc_client_id": "slipway"}
ARN = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/app/slipway/1"
ALB = {"alb_arn": ARN, "alb_issuer": "https://login.example.com", "alb_client_id": "slipway"}
SECRET = {"SLIPWAY_OIDC_CLIENT_SECRET": "s"}


def test_nothing_said_is_no_sign_in():
    assert portal_sign_in.settings(NOTHING, {}) == {"sign_in": "none"}


def test_a_provider_and_its_teams_are_said_by_options_and_its_secret_by_a_variable():
    said = {**NOTHING, **OIDC, "teams_claim": "cognito:groups", "public_url": "https://slipway.example.com/"}

    found = portal_sign_in.settings(said, {**SECRET, "SLIPWAY_SESSION_KEY": "k"})

    client = OidcClient("https://login.example.com", "slipway", "s", TeamsClaim("cognito:groups"))
    assert found == {"sign_in": client, "public_url": "https://slipway.example.com", "session_key": "k"}
    assert "'s'" not in repr(found["sign_in"])


def test_a_provider_that_tells_groups_to_who_asks_for_them_is_asked():
    found = portal_sign_in.settings({**NOTHING, **OIDC, "oidc_scope": "openid profile groups"}, SECRET)

    assert found["sign_in"].scope == "openid profile groups"


def test_a_load_balancer_is_said_by_its_arn():
    found = portal_sign_in.settings({**NOTHING, **ALB}, {})

    assert found["sign_in"] == AlbSignIn(ARN, "https://login.example.com", "slipway")
    assert found["sign_in"].key_url("k") == "https://public-keys.auth.elb.eu-west-1.amazonaws.com/k"


@pytest.mark.parametrize(
    ("said", "variables", "told"),
    [
        ({**OIDC, "oidc_client_id": ""}, SECRET, "--oidc-client-id: missing; --oidc-issuer needs it"),
        (OIDC, {}, r"\$SLIPWAY_OIDC_CLIENT_SECRET: missing"),
        ({**OIDC, "oidc_scope": "profile groups"}, SECRET, "--oidc-scope: must hold openid"),
        ({**OIDC, **ALB}, SECRET, "are two ways to sign in; say one"),
        ({**ALB, "alb_issuer": "", "alb_client_id": ""}, {}, "--alb-issuer, --alb-client-id: missing"),
        ({**ALB, "alb_arn": "slipway"}, {}, "must be the whole ARN of an Application Load Balancer; got 'slipway'"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said(said, variables, told):
    with pytest.raises(Refusal, match=told):
        portal_sign_in.settings({**NOTHING, **said}, variables)
