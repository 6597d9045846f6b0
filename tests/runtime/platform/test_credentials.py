"""Tokens and secrets that come to an end, that nobody changed for long, or that nobody uses."""

import json
from datetime import timedelta
from typing import Any

import pytest

from runtime.bucket.api_tokens import KnownToken
from runtime.platform import credentials
from service_catalog.records.portal import ApiToken, TokenRevocation, TokenScope
from tests.provisioning import a_service
from tests.record_builders import NOON

WHO: dict[str, Any] = {"digest": "0" * 64, "name": "CI", "made_by": "sato", "made_by_name": "Sato Yui"}


def a_token(days, made_days_ago=0, **more):
    when, ends = NOON - timedelta(days=made_days_ago), NOON + timedelta(days=days)
    return ApiToken(id="a1", when=when, expires=ends, **WHO, **more)


def told_of(token, uses=None, revoked=None):
    found = credentials.tokens([KnownToken(token, revoked)], {} if uses is None else uses, "dev", NOON)
    return [(it.check, str(it.sentence), it.owner, it.token) for it in found]


def test_a_token_is_told_of_two_weeks_before_its_end_and_after_it():
    assert told_of(a_token(15)) == []
    assert told_of(a_token(13)) == [("expires", "it expires in 13 days", "Sato Yui", "CI")]
    assert told_of(a_token(0.5))[0][1] == "it expires within a day"
    assert told_of(a_token(-1))[0][1] == "it expired: whoever still uses it is refused"
    assert told_of(a_token(-15)) == []


def test_a_revoked_token_or_one_for_another_environment_is_not_told_of():
    assert told_of(a_token(3), revoked=TokenRevocation(who="x", when=NOON)) == []
    assert told_of(a_token(3, scope=TokenScope(environments=("prod",)))) == []
    assert told_of(a_token(3, team="team-x"))[0][2] == "team-x"


def test_a_token_that_nobody_uses_is_told_of():
    assert told_of(a_token(200, made_days_ago=91))[0][:2] == ("unused", "nobody ever used it")
    assert told_of(a_token(200, made_days_ago=300), {"a1": NOON - timedelta(days=91)})[0][1] == (
        "nobody used it since then"
    )
    assert told_of(a_token(200, made_days_ago=300), {"a1": NOON - timedelta(days=5)}) == []
    assert list(credentials.tokens([KnownToken(a_token(200, made_days_ago=300))], None, "dev", NOON)) == []


STRIPE = {"STRIPE": {"secretsmanager": "shared/stripe", "key": "api_key"}}
URL = {"URL": {"ssm": "/dev/orders/url"}}


@pytest.fixture
def said(dev):
    """What is told of the secrets of a service, once all that it names is there."""

    def said(secrets, of_secret=None, of_parameter=None):
        service = a_service("orders", secrets=secrets)
        dev.aws.secretsmanager.create_secret(Name="shared/stripe")
        dev.aws.ssm.parameters.add("/dev/orders/url")
        dev.aws.secretsmanager.about["shared/stripe"] = of_secret or {}
        dev.aws.ssm.about["/dev/orders/url"] = of_parameter or {}
        kept = dev.gateways.kept_secrets.all(list(service.secrets.values()))
        found = credentials.secrets(kept, {"orders": [service]}, dev.environment, NOON)
        return [(it.service, it.check, str(it.sentence)) for it in found]

    return said


def test_a_secret_that_nobody_changed_for_a_year_is_told_of_its_service(said):
    old, name = NOON - timedelta(days=400), "nobody changed the secret {} since then"
    assert said(STRIPE | URL, {"LastChangedDate": old}, {"LastModifiedDate": old}) == [
        ("orders", "not-rotated", name.format("shared/stripe")),
        ("orders", "not-rotated", name.format("/dev/orders/url")),
    ]


def test_a_secret_that_was_changed_is_well(said):
    new = NOON - timedelta(days=30)
    assert said(STRIPE | URL, {"LastChangedDate": new}, {"LastModifiedDate": new}) == []


def test_a_rotation_that_is_overdue_is_told_of(said):
    due = NOON - timedelta(days=5)
    assert said(STRIPE | URL, {"RotationEnabled": True, "NextRotationDate": due}) == [
        ("orders", "not-rotated", "AWS was to rotate the secret shared/stripe, and did not")
    ]


def test_a_secret_that_is_deleted_or_expires_is_told_of(said):
    end = (NOON + timedelta(days=3, hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    policy = {"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": end}}
    policies = [{"PolicyText": json.dumps(policy), "PolicyType": "Expiration", "PolicyStatus": "Pending"}]
    assert said(URL | STRIPE, {"DeletedDate": NOON}, {"Policies": policies}) == [
        ("orders", "expires", "the secret shared/stripe is deleted: no task that needs it starts"),
        ("orders", "expires", "AWS deletes the secret /dev/orders/url in 3 days"),
    ]


def test_a_secret_below_a_services_prefix_that_no_entry_names_is_told_of(said):
    assert said(STRIPE) == [
        ("orders", "unused", "no entry names the secret /dev/orders/url; earlier releases may"),
    ]


def test_secrets_of_others_are_none_of_ours(dev):
    dev.aws.secretsmanager.create_secret(Name="shared/stripe")
    dev.aws.secretsmanager.create_secret(Name="prod/orders/key")
    dev.aws.ssm.parameters.add("/prod/orders/url")
    assert dev.gateways.kept_secrets.all([]) == []
