"""The audit trail: nothing is done that it does not hold, and it says of nothing what was not so."""

from datetime import UTC, datetime

import pytest

from runtime.aws.clients import Clients
from runtime.aws.errors import Denied, InDoubt, Invalid, NotWritten, Unreachable
from runtime.bucket.audit import Act, AuditTrail
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.records.audit import AuditEntry, Origin
from service_catalog.records.provisioned import Queue
from tests.fake_aws import FakeAws
from tests.fake_aws.service import refused
from tests.provisioning import ENVIRONMENT, Provisioner

NOW = datetime(2026, 11, 20, 5, 32, 8, 250_000, tzinfo=UTC)
QUEUE = Queue(url="q", name="mail", arn="arn:aws:sqs:eu-west-1:1:mail", dead_letter_url="d", dead_letter_name="dead")
BUCKET = naming.config_bucket("local", ENVIRONMENT.account_id)


@pytest.fixture
def aws():
    return FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, NOW)


@pytest.fixture
def gateways(aws):
    Provisioner(aws.client).make_environment()
    return Gateways.connect(ENVIRONMENT, aws.access, aws.clock)


def send_back(gateways, why="Mended"):
    gateways.operations.send_back("mailer", QUEUE, "sato", why)


def audited(gateways):
    """As one more process reads it: action, and how it ended."""
    acts = gateways.audit.newest("mailer", 10)
    return [(act.entry.action, act.outcome and act.outcome.status) for act in acts if isinstance(act, Act)]


def test_who_did_what_and_why_is_kept_with_how_it_ended(aws, gateways):
    send_back(gateways)

    [act] = gateways.audit.newest("mailer", 10)
    assert act.entry == AuditEntry(
        service="mailer",
        action="send-back-dead-letters",
        who="sato",
        why="Mended",
        when=NOW,
        about={"queue": "mail"},
        origin=Origin(through="cli"),
    )
    assert (act.outcome.status, act.outcome.when, aws.sqs.moved) == ("done", NOW, ["arn:aws:sqs:eu-west-1:1:dead"])


@pytest.mark.parametrize(
    ("fate", "refusal", "told"),
    [("lost", None, NotWritten), (None, refused("AccessDenied", "no"), Denied)],
)
def test_what_cannot_be_written_down_first_is_not_begun(aws, gateways, fate, refusal, told):
    if fate:
        aws.fates["s3.put_object"] = fate
    else:
        aws.refusals["s3.put_object"] = refusal

    with pytest.raises(told):
        send_back(gateways)

    assert aws.sqs.moved == []


def test_what_aws_refused_is_kept_as_refused_with_the_reason(aws, gateways):
    aws.refusals["sqs.start_message_move_task"] = refused("AccessDenied", "not yours")

    with pytest.raises(Denied):
        send_back(gateways)

    [act] = gateways.audit.newest("mailer", 10)
    assert act.outcome.status == "refused"
    assert act.outcome.reason.endswith("with these credentials: not yours")


def test_where_aws_did_not_answer_nobody_knows_how_it_ended(aws, gateways):
    aws.fates["sqs.start_message_move_task"] = "unanswered"

    with pytest.raises(Unreachable):
        send_back(gateways)

    assert audited(gateways) == [("send-back-dead-letters", None)]


def test_where_the_room_itself_is_in_doubt_nobody_knows_either(gateways):
    with pytest.raises(InDoubt), gateways.audit.entry("confirm-no-secrets", "mailer", "sato"):
        raise InDoubt("saved or not")

    assert audited(gateways) == [("confirm-no-secrets", None)]


def test_what_was_done_is_no_failure_because_its_end_could_not_be_written(aws, gateways, caplog):
    with gateways.audit.entry("stop-run", "mailer", "sato", run="run-1"):
        aws.outage = True

    aws.outage = False
    assert audited(gateways) == [("stop-run", None)]
    assert "audit outcome not written service=mailer" in caplog.text


def test_an_entry_whose_answer_was_lost_is_the_act_s_own(aws, gateways):
    aws.fates["s3.put_object"] = "unanswered"
    with pytest.raises(NotWritten):
        send_back(gateways)
    del aws.fates["s3.put_object"]

    assert audited(gateways) == [("send-back-dead-letters", None)]
    assert aws.sqs.moved == []


def test_newest_come_first_and_cost_one_listing_and_what_was_not_read_before(aws, gateways):
    for number in range(6):
        aws.passes(seconds=1)
        send_back(gateways, why=str(number))
    gateways.audit.newest("mailer", 3)
    aws.passes(seconds=1)
    send_back(gateways, why="last")
    aws.asked.clear()

    whys = [act.entry.why for act in gateways.audit.newest("mailer", 3)]

    assert whys == ["last", "5", "4"]
    assert sorted(aws.asked) == ["s3.get_object", "s3.get_object", "s3.list_objects_v2"]


def test_what_is_done_in_one_moment_are_entries_of_their_own(gateways):
    for _time in range(3):
        send_back(gateways)

    assert len(gateways.audit.newest("mailer", 10)) == 3


def test_services_have_trails_of_their_own(gateways):
    send_back(gateways)

    assert gateways.audit.newest("mail", 10) == []


def test_one_that_nobody_can_read_hides_no_other(aws, gateways):
    key = naming.audit_key("mailer", naming.audit_id(NOW, "0"))
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"{")
    aws.passes(seconds=1)
    send_back(gateways)

    good, bad = gateways.audit.newest("mailer", 10)

    assert good.entry.action == "send-back-dead-letters"
    assert isinstance(bad, Unreadable)
    assert key in str(bad)


def test_a_schedule_that_was_paused_and_resumed_says_by_whom(aws, gateways):
    aws.client("scheduler").create_schedule(
        GroupName=naming.schedule_group("local"),
        Name=naming.schedule("local", "mailer"),
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:states:::machine", "RoleArn": "arn:aws:iam::000000000000:role/r"},
    )

    gateways.operations.pause("mailer", "sato", "Too many mails")
    aws.passes(seconds=1)
    gateways.operations.resume("mailer", "ito")

    acts = gateways.audit.newest("mailer", 10)
    assert [(act.entry.action, act.entry.who, act.entry.why) for act in acts] == [
        ("resume-schedule", "ito", ""),
        ("pause-schedule", "sato", "Too many mails"),
    ]


def test_a_value_that_was_confirmed_to_be_no_secret_is_named_and_not_told(aws, gateways):
    text = "API_TOKEN=abcdefghijklmnop1234\nLOG_LEVEL=info\n"

    gateways.env_files.save("mailer", "app", text, base=0, author="sato", message="a test", overridden=["API_TOKEN"])

    [act] = [it for it in gateways.audit.newest("mailer", 10) if it.entry.action != "save-env"]
    assert (act.entry.action, act.entry.who, act.entry.why) == ("confirm-no-secrets", "sato", "a test")
    assert act.entry.about == {"file": "app", "version": 1, "keys": ["API_TOKEN"]}
    stored = [it.body.decode() for key, it in aws.s3.buckets[BUCKET].items() if key.startswith("audit/")]
    assert not [body for body in stored if "abcdefghijklmnop1234" in body]


def test_a_save_that_confirms_nothing_says_so_of_nothing(gateways):
    gateways.env_files.save("mailer", "app", "LOG_LEVEL=info\n", base=0, author="sato", message="", overridden=["X"])

    assert audited(gateways) == [("save-env", "done")]


def test_a_queue_without_dead_letters_is_a_refusal_like_any_other(gateways):
    with pytest.raises(Invalid, match="no dead-letter queue"):
        gateways.operations.send_back("mailer", QUEUE.model_copy(update={"dead_letter_name": None}), "sato")

    assert audited(gateways) == [("send-back-dead-letters", "refused")]


def test_what_is_forgotten_for_want_of_room_is_missing_nowhere(aws, gateways):
    trail = AuditTrail(Objects(Clients(ENVIRONMENT.region, aws.access), BUCKET), lambda: aws.now, kept=4)
    for number in range(5):
        trail.note("register", "mailer", "sato", number=number)
        aws.passes(seconds=1)
    trail.newest("mailer", 3)

    found = [act.entry.about["number"] for act in trail.newest("mailer", 5) if isinstance(act, Act)]
    assert found == [4, 3, 2, 1, 0]
