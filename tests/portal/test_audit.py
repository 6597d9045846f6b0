"""What people did to a service, on the page of its history."""

from typing import get_args

import pytest

from portal.text.audit import ACTIONS
from runtime.aws.errors import Denied, Unreachable
from runtime.bucket.audit import AuditTrail
from service_catalog import naming
from service_catalog.records.audit import AuditAction
from service_catalog.records.provisioned import Queue
from tests.builders import a_worker
from tests.fake_aws.service import refused
from tests.portal.conftest import NOW
from tests.portal.reading import plain, text_of

PAGE = "/local/services/mailer/history"
ARN = "arn:aws:sqs:ap-northeast-1:000000000000:local_mailer"
QUEUE = Queue(url="u", name="local_mailer", arn=ARN, dead_letter_url="d", dead_letter_name="local_mailer_dead")


@pytest.fixture
def trail(local, aws) -> AuditTrail:
    local.push("mailer", "1.0.0")
    local.provision(a_worker())
    return local.gateways.audit


def test_page_says_who_did_what_why_and_when(client, trail, local, aws):
    local.gateways.operations.send_back("mailer", QUEUE, "Ito Haruka", "Mended in 1.0.1")
    aws.passes(minutes=5)

    page = plain(text_of(client, PAGE))

    assert (
        "5 min ago Ito Haruka by command Send dead letters back to the queue “Mended in 1.0.1” "
        "queue=local_mailer Done" in page
    )


def test_page_says_what_was_refused_and_what_nobody_knows(client, trail, local, aws):
    operations = local.gateways.operations
    aws.refusals["sqs.start_message_move_task"] = refused("AccessDenied", "not yours")
    with pytest.raises(Denied):
        operations.send_back("mailer", QUEUE, "Ito Haruka")
    del aws.refusals["sqs.start_message_move_task"]
    aws.fates["sqs.start_message_move_task"] = "unanswered"
    aws.passes(seconds=1)
    with pytest.raises(Unreachable):
        operations.send_back("mailer", QUEUE, "Ito Haruka")

    page = plain(text_of(client, PAGE))

    assert "Send dead letters back to the queue queue=local_mailer Not known whether it was done" in page
    assert "Send dead letters back to the queue queue=local_mailer Refused AWS does not allow sending" in page


def test_runs_are_led_to_and_confirmed_keys_are_named(client, trail):
    with trail.entry("start-run", "mailer", "sato", run="run-1", copies=2):
        pass
    with trail.entry("confirm-no-secrets", "mailer", "sato", file="app", version=3, keys=["API_TOKEN"]):
        pass

    page = text_of(client, PAGE)

    assert 'href="/local/services/mailer/runs/run-1">run-1</a>' in page
    assert "Save values that look like secrets file=app version=3 keys=API_TOKEN Done" in plain(page)


def test_an_act_that_a_newer_version_knows_is_told_as_it_is_written(client, trail):
    with trail.entry("rotate-key", "mailer", "sato"):
        pass

    assert "sato by command rotate-key Done" in plain(text_of(client, PAGE))


def test_one_that_nobody_can_read_says_so_beside_the_others(client, trail, aws, catalog):
    with trail.entry("stop-run", "mailer", "sato"):
        pass
    bucket = naming.config_bucket("local", "000000000000")
    key = naming.audit_key("mailer", naming.audit_id(NOW, "0"))
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"{")

    page = plain(text_of(client, PAGE))

    assert f"{key} in the config bucket is damaged" in page
    assert "Stop a run Done" in page


def test_what_people_type_is_text(client, trail):
    with trail.entry("stop-run", "mailer", "<b>sato</b>", "<script>"):
        pass

    assert "“&lt;script&gt;”" in text_of(client, PAGE)
    assert "<b>sato" not in text_of(client, PAGE)


def test_every_action_has_its_words():
    assert set(ACTIONS) == set(get_args(AuditAction))
