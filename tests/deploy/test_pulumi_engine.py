"""What the real engine's adapter makes of `pulumi`'s events and messages. A real `pulumi` is run in tests/e2e."""

import pytest
from pulumi.automation.events import EngineEvent

from deploy.engine import EngineRefused
from deploy.progress import Step
from deploy.pulumi_engine import PulumiEngine, locked, sentence
from deploy.pulumi_events import Reading

URN = "urn:pulumi:dev.orders::slipway::slipway:service:Service$aws:ecs/service:Service::orders"


def event(kind, **said):
    return EngineEvent.from_json({"sequence": 1, "timestamp": 0, kind: said})


def about(op, **more):
    return {"metadata": {"op": op, "urn": URN, "type": "aws:ecs/service:Service", "provider": "", **more}}


@pytest.fixture
def reading():
    return Reading("dev.orders", lambda step: None)


def test_a_resource_begins_and_is_done(reading):
    reading.hear(event("resourcePreEvent", **about("update", diffs=["tags"])))
    reading.hear(event("resOutputsEvent", **about("update", diffs=["tags"])))

    begun, done = (
        Step("dev.orders", "update", "aws:ecs/service:Service", "orders", it, ("tags",)) for it in ("begin", "done")
    )
    assert reading.steps == [begun, done]
    assert reading.changes().steps == (done,)


def test_a_replacement_is_one_step(reading):
    for op in ("create-replacement", "replace", "delete-replaced"):
        reading.hear(event("resOutputsEvent", **about(op)))

    assert reading.changes().counts == {"replace": 1}


def test_in_a_preview_what_begins_is_what_would_be():
    reading = Reading("dev.orders", lambda step: None, is_preview=True)
    reading.hear(event("resourcePreEvent", **about("create")))
    reading.hear(event("resOutputsEvent", **about("create")))

    assert reading.changes().counts == {"create": 1}


def test_a_failure_carries_the_reason_that_was_told_before_it(reading):
    said = "<{%reset%}>no more addresses<{%reset%}>\n"
    reading.hear(event("diagnosticEvent", message=said, color="", severity="error", urn=URN))
    reading.hear(event("resOpFailedEvent", **about("create"), status=1, steps=1))

    assert reading.changes().failures == ("aws:ecs/service:Service orders: no more addresses",)
    assert (reading.steps[-1].state, reading.steps[-1].reason) == ("failed", "no more addresses")


def test_that_the_run_failed_as_a_whole_is_no_failure_of_its_own(reading):
    stack = "urn:pulumi:dev.orders::slipway::pulumi:pulumi:Stack::slipway-dev.orders"
    message = "<{%reset%}>update failed<{%reset%}>\n"
    reading.hear(event("diagnosticEvent", message=message, color="", severity="error", urn=stack))
    assert reading.failures == []


def test_that_the_program_ended_badly_is_no_failure_beside_its_own(reading):
    ended = "<{%reset%}>an unhandled error occurred: program exited with non-zero exit code: 1<{%reset%}>\n"
    for message, urn in (("the environment wants 4\n", "urn:pulumi:dev::slipway::pulumi:pulumi:Stack::s"), (ended, "")):
        reading.hear(event("diagnosticEvent", message=message, color="", severity="error", urn=urn))

    assert reading.failures == ["the environment wants 4"]


def test_the_provider_that_pulumi_makes_by_itself_does_not_count(reading):
    provider = "urn:pulumi:dev.orders::slipway::pulumi:providers:pulumi::default"
    made = {"op": "create", "urn": provider, "type": "pulumi:providers:pulumi", "provider": ""}
    reading.hear(event("resOutputsEvent", metadata=made))

    assert reading.changes().counts == {}


@pytest.mark.parametrize(
    ("doing", "note"),
    [
        (
            "creating",
            "an earlier run died while it created orders. Look whether that exists: if so, `pulumi import` it or "
            "delete it; then `pulumi refresh -s dev.orders --clear-pending-creates`",
        ),
        (
            "updating",
            "an earlier run died half-way in orders (updating); `pulumi refresh -s dev.orders` finds out what became "
            "of that",
        ),
    ],
)
def test_what_an_earlier_run_left_half_done_is_told_with_what_to_do(reading, doing, note):
    said = (
        f"Attempting to deploy or update resources with 1 pending operations.\n  * {URN}, interrupted while {doing}\n"
    )
    reading.hear(event("diagnosticEvent", message=said, color="", severity="warning"))

    assert reading.changes().notes == (note,)


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        (
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            "Pulumi is not logged in to a state backend; run `pulumi login`",
        ),
        (
            "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
            "the stacks' secrets need a passphrase; set PULUMI_CONFIG_PASSPHRASE",
        ),
        (
            "error: No valid credential sources found. Please see the documentation",
            "there are no AWS credentials; set AWS_PROFILE, or sign in to AWS",
        ),
        ("stdout: busy\nerror: the disk is full", "dev: pulumi says: the disk is full"),
        ("\n code: 1\n stdout: \n stderr: error: EOF", "dev: pulumi says: EOF"),
    ],
)
def test_what_pulumi_prints_becomes_a_sentence(output, meaning):
    assert sentence("dev", output) == meaning


LOCKED = """
 stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the \
lock file with `pulumi cancel`.
  file:///home/kato/.pulumi/locks/organization/slipway/dev/1.json: created by kato@elsewhere (pid 4711) at \
2026-01-02T03:04:05Z"""


def test_a_lock_says_who_holds_it():
    wait = "wait for it, or run `pulumi cancel -s dev` if it died"

    assert locked("dev", LOCKED) == (
        f"dev is being updated by kato@elsewhere (pid 4711, since 2026-01-02T03:04:05Z); {wait}"
    )
    assert locked("dev", "[409] Conflict: Another update is currently in progress.") == (
        f"dev is being updated by someone else; {wait}"
    )


def test_without_a_pulumi_nothing_is_tried(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineRefused, match="there is no `pulumi` on the PATH"):
        PulumiEngine(tmp_path)
