"""Objects in the bucket outlive the version that wrote them: every form that was ever written is read."""

import json
from pathlib import Path

import pytest

from service_catalog.messages import Message, as_data, say
from service_catalog.records.asked import AskedAnswer, AskedRelease
from service_catalog.records.audit import AuditEntry, AuditOutcome
from service_catalog.records.bill import Bill
from service_catalog.records.provisioned import Provisioned, ProvisionedEnvironment
from service_catalog.records.record import Record, UnreadableRecord
from service_catalog.records.releases import (
    Acknowledgement,
    FirstRun,
    LiveRevision,
    Outcome,
    Release,
    StartDecision,
    StopRequest,
)
from service_catalog.records.service_index import IndexEntry
from tests.record_builders import NOON, a_failed_provisioning, a_provisioned, a_release, an_outcome, limits

FORMS = Path(__file__).parent / "forms"
MODELS: dict[str, type[Record]] = {
    "acknowledgement": Acknowledgement,
    "asked_answer": AskedAnswer,
    "asked_release": AskedRelease,
    "bill": Bill,
    "audit_entry": AuditEntry,
    "audit_outcome": AuditOutcome,
    "live_revision": LiveRevision,
    "outcome": Outcome,
    "provisioned": Provisioned,
    "provisioned_environment": ProvisionedEnvironment,
    "release": Release,
    "service_index": IndexEntry,
    "start_decision": StartDecision,
    "stop_request": StopRequest,
}
EVERY_FORM = [(path.parent.name, path.stem) for path in sorted(FORMS.glob("*/*.json"))]
BACK = say("Back to %(number)s", number=3)
ENDED = a_release(2, why=BACK, entry={"name": "orders"}, outcome=an_outcome(reason=BACK, evidence=("exit code 1",)))
WRITTEN = [
    a_provisioned(kind="job", tasks=None, entry={"name": "orders"}),
    ProvisionedEnvironment(fingerprint="f1", exports={"vpc_id": "vpc-1"}),
    ENDED,
    an_outcome("failed", reason=BACK),
    StartDecision(when=NOON, token="1c5d", given_up=BACK),
    StopRequest(who="sato", when=NOON),
    Acknowledgement(who="sato", when=NOON, why=BACK),
    LiveRevision(release=3, revision="arn:3"),
    AuditEntry(service="orders", action="start-run", who="sato", why=BACK, when=NOON, about={"run": "run-1"}),
    AuditOutcome(status="refused", when=NOON, reason=BACK),
    Bill(asked_at=NOON, problem=BACK),
    IndexEntry(
        env={"app": 2},
        last=ENDED,
        acknowledged=1,
        failed_provisioning=a_failed_provisioning(sentence=BACK, details=(BACK,)),
    ),
]


def text(kind: str, form: str) -> str:
    return (FORMS / kind / f"{form}.json").read_text()


def data(kind: str, form: str) -> dict:
    return json.loads(text(kind, form))


@pytest.mark.parametrize(("kind", "form"), EVERY_FORM)
def test_every_form_is_read_and_loses_nothing_when_it_is_written_again(kind, form):
    record = MODELS[kind].from_json(text(kind, form))
    assert MODELS[kind].from_json(record.to_json()) == record


def test_every_kind_of_object_has_its_forms():
    assert {kind for kind, _ in EVERY_FORM} == set(MODELS)


@pytest.mark.parametrize("record", WRITTEN, ids=lambda record: type(record).__name__)
def test_what_is_written_is_read_again(record):
    again = type(record).from_json(record.to_json())
    assert again == record
    assert again.to_json() == record.to_json()


def test_sentences_keep_their_template_and_values():
    again = Release.from_json(ENDED.to_json())
    assert isinstance(again.why, Message)
    assert again.outcome
    assert (
        as_data(again.why)
        == as_data(again.outcome.reason)
        == {"template": "Back to %(number)s", "values": {"number": 3}}
    )


@pytest.mark.parametrize("form", ["first", "with_entry", "with_kind"])
def test_what_older_provisioning_wrote_is_read(form):
    record = Provisioned.from_json(text("provisioned", form))

    assert (record.kind, record.env_files, record.fingerprint) == ("web", ("app",), "0c5d")
    assert (record.entry is None) == (form == "first")


@pytest.mark.parametrize("form", ["first", "with_entry"])
def test_what_older_releases_wrote_is_read(form):
    release = Release.from_json(text("release", form))

    assert (release.number, release.contents.env, release.tasks) == (7, {"app": 12}, limits(2, 10))
    assert (release.workload, release.outcome) == ("web", None)
    assert (release.entry and release.entry["port"]) == (None if form == "first" else 8080)


def test_a_release_that_begins_with_a_run_is_read():
    release = Release.from_json(text("release", "with_first_run"))

    assert release.first_run == FirstRun(command=("bin/migrate", "--all"), timeout_seconds=600)
    assert release.run_id == "release-8-1c5d1e2f"
    assert Release.from_json(text("release", "with_workload")).first_run is None


@pytest.mark.parametrize("form", ["first", "with_entry", "with_kind"])
def test_what_led_to_a_service_when_that_was_a_load_balancer_is_read(form):
    reach = Provisioned.from_json(text("provisioned", form)).reach

    assert reach
    assert (reach.url, reach.namespace) == ("https://dev.example.com/orders", "AWS/ApplicationELB")
    assert reach.dimensions == {"LoadBalancer": "app/alb-dev-pub/1", "TargetGroup": "targetgroup/orders-api-pub/2"}


@pytest.mark.parametrize("routed", ["app/alb-dev-pub/1", {"load_balancer": 1, "target_group": 2}])
def test_what_led_to_a_service_may_be_damaged(routed):
    with pytest.raises(UnreadableRecord, match=r"^reach\.dimensions"):
        Provisioned.from_json(json.dumps(data("provisioned", "first") | {"routed": routed}))


def test_nothing_led_to_a_service_without_exposure():
    assert Provisioned.from_json(text("provisioned", "not_reached")).reach is None


def test_an_index_of_before_runs_were_kept_knows_of_none():
    entry = IndexEntry.from_json(text("service_index", "first"))

    assert entry.last
    assert entry.last.outcome
    assert entry.live
    assert (entry.last.number, entry.last.outcome.status, entry.live.number) == (8, "rolled-back", 7)
    assert (entry.is_under_way, entry.failed_provisioning) == (False, None)


def test_an_action_that_only_a_newer_version_knows_is_read():
    entry = AuditEntry.from_json(json.dumps(data("audit_entry", "version_1") | {"action": "rotate-key"}))
    assert (entry.action, entry.who) == ("rotate-key", "sato")


@pytest.mark.parametrize(("kind", "form"), EVERY_FORM)
def test_members_of_a_newer_version_are_kept(kind, form):
    newer = data(kind, form) | {"version": 7, "mood": {"of": ["the", "day"]}}

    written = json.loads(MODELS[kind].from_json(json.dumps(newer)).to_json())

    assert (written["version"], written["mood"]) == (7, {"of": ["the", "day"]})


def test_members_of_a_newer_version_are_kept_within_parts_too():
    newer = data("service_index", "with_failed_provisioning")
    newer["last"]["tasks"]["spot"] = 3
    newer["last"]["outcome"]["diagnosis"]["sure"] = True

    last = json.loads(IndexEntry.from_json(json.dumps(newer)).to_json())["last"]

    assert (last["tasks"]["spot"], last["outcome"]["diagnosis"]["sure"]) == (3, True)


def test_a_claim_does_not_hold_its_outcome():
    assert "outcome" not in json.loads(ENDED.claim_json())


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ({"number": "7"}, "number: "),
        ({"when": "2026-11-20T09:15:42"}, "when: "),
        ({"tasks": {"min": 2}}, "tasks.max: "),
        ({"why": {"template": "Back to %(number)s"}}, "why: "),
        ({"why": {"template": "Back to %(number)s", "values": {}}, "kind": "dance"}, "kind: "),
    ],
)
def test_what_is_damaged_is_told_by_its_first_fault(damage, fault):
    with pytest.raises(UnreadableRecord, match=f"^{fault}") as found:
        Release.from_json(json.dumps(data("release", "with_workload") | damage))
    assert not found.value.is_newer


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b"null", b"\xff"])
def test_what_is_no_object_is_damaged(damaged):
    with pytest.raises(UnreadableRecord) as found:
        Release.from_json(damaged)
    assert not found.value.is_newer


def test_a_form_that_only_a_newer_version_knows_is_told_as_that():
    with pytest.raises(UnreadableRecord) as found:
        Release.from_json(json.dumps(data("release", "with_workload") | {"version": 2, "kind": "dance"}))
    assert found.value.is_newer
