import json
from pathlib import Path

import pytest

from runtime.aws.ecs_services import Event
from runtime.diagnosis.diagnosis import diagnose, in_full, of_outcome
from runtime.diagnosis.evidence import changed_keys, probe_of, without_values
from runtime.diagnosis.facts import FailedTask, Probe, WhatChanged
from service_catalog.messages import Message, say
from service_catalog.records.releases import Outcome
from tests.record_builders import NOON, an_outcome

FORMS = Path(__file__).parent.parent.parent / "service_catalog" / "forms"
EXITED = FailedTask("7fa20c1d9e", "EssentialContainerExited", "Essential container in task exited", exit_code=1)
PULL = "CannotPullContainerError: pull access denied for orders"
ENV_FILE = "ResourceInitializationError: failed to download env files: file download command: non empty error stream"
LOG_GROUP = "ResourceInitializationError: failed to validate logger args: The specified log group does not exist."
SECRET = "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm"
NETWORK = "ResourceInitializationError: unable to retrieve ecr registry auth: dial tcp 10.0.0.1:443: i/o timeout"


RECORDED = json.loads((Path(__file__).parent / "aws_messages.json").read_text())
"""Stopped reasons as AWS words them, by the code that is meant"""


def exited(*lines, code=1):
    return FailedTask(EXITED.id, EXITED.stop_code, EXITED.reason, code, lines=lines)


FAILURES = [
    (FailedTask("a", "TaskFailedToStart", PULL), "image"),
    (FailedTask("a", "TaskFailedToStart", LOG_GROUP), "log-group"),
    (FailedTask("a", "TaskFailedToStart", ENV_FILE), "env-file"),
    (FailedTask("a", "TaskFailedToStart", SECRET), "secret"),
    (FailedTask("a", "TaskFailedToStart", NETWORK), "network"),
    (FailedTask("a", "EssentialContainerExited", "", 137, "OutOfMemoryError: container killed"), "memory"),
    (FailedTask("a", "", "Task failed ELB health checks in (target-group t)"), "health"),
    (FailedTask("a", "", "Task failed container health checks"), "health"),
    (FailedTask("a", "TaskFailedToStart", "Capacity is unavailable at this time"), "capacity"),
    (FailedTask("a", "SpotInterruption", "Your Spot Task was interrupted."), "spot"),
    (FailedTask("a", "TaskFailedToStart", "Timeout waiting for network interface provisioning"), "address"),
    (FailedTask("a", "TaskFailedToStart", "ECS was unable to assume the role"), "role"),
    (exited("exec /app/run: exec format error"), "architecture"),
    (exited(code=127), "command"),
    (exited(code=137), "killed"),
    (exited(code=139), "crash"),
    (exited(code=0), "ended"),
    (exited(code=3), "exit"),
]
"""One task for each way to fail, with its code"""


@pytest.mark.parametrize(("task", "code"), FAILURES)
def test_each_way_to_fail_has_its_sentence(task, code):
    found = diagnose([task], WhatChanged())
    assert found.code == code
    assert found.sentence.startswith("Most likely: ")
    assert found.advice


@pytest.mark.parametrize(("code", "reason"), [(code, reason) for code in RECORDED for reason in RECORDED[code]])
def test_what_aws_says_is_told_as_what_it_means(code, reason):
    assert diagnose([FailedTask("a", "TaskFailedToStart", reason)], WhatChanged()).code == code


def test_removed_key_that_the_program_complains_about_is_named():
    task = exited("FATAL: DATABASE_URL is not set")
    found = diagnose([task], WhatChanged(removed_keys=("CACHE", "DATABASE_URL"), changed_keys=("LOG_LEVEL",)))
    assert found.sentence == "Most likely: the program complains about DATABASE_URL, which this release removed"
    assert (found.advice, found.keys) == ("Put DATABASE_URL back, then apply", ("DATABASE_URL",))


def test_key_inside_a_longer_word_is_not_named():
    found = diagnose([exited("cannot use MY_DATABASE_URLS")], WhatChanged(changed_keys=("DATABASE_URL", "LOG_LEVEL")))
    assert found.sentence.endswith("because this release changed DATABASE_URL, LOG_LEVEL")


def test_silent_program_is_blamed_on_removed_before_changed_before_image():
    changed = WhatChanged(changed_keys=("LOG_LEVEL",), image="1.9.0")
    assert diagnose([EXITED], changed).sentence.endswith("because this release changed LOG_LEVEL")
    assert diagnose([EXITED], WhatChanged(image="1.9.0")).sentence == "Most likely: the image 1.9.0 does not start"
    assert diagnose([EXITED], WhatChanged(definition=("cpu 512 → 256",))).sentence.endswith("cpu 512 → 256")


@pytest.mark.parametrize("kind", ["container", "ELB"])
def test_health_check_that_fails_since_keys_were_added_names_them(kind):
    found = diagnose([FailedTask("a", "", f"Task failed {kind} health checks")], WhatChanged(added_keys=("FAIL",)))
    assert found.sentence == "Most likely: the health checks fail because this release added FAIL"
    assert (found.code, found.advice, found.keys) == ("env-added", "Check FAIL, then apply again", ("FAIL",))


def test_failing_health_check_lists_all_that_changed_when_it_may_be_any_of_it():
    changed = WhatChanged(removed_keys=("A",), added_keys=("B",), image="1.9.0")
    found = diagnose([FailedTask("a", "", "Task failed container health checks")], changed)
    assert found.code == "health"
    assert found.others == "removed A, added B, image 1.9.0"


UNHEALTHY = "(service orders) (port 8080) is unhealthy in (target-group arn:aws:tg/1) due to (reason {})."


@pytest.mark.parametrize(
    ("answer", "sentence", "advice"),
    [
        (
            "Health checks failed with these codes: [404]",
            "Most likely: the load balancer asked for /nope on port 8080 and got 404",
            "Set health.path in the catalog to what answers 200 to 399, or make the program answer there",
        ),
        (
            "Health checks failed with these codes: [503]",
            "Most likely: the load balancer asked for /nope on port 8080 and got 503",
            "The program reports itself as unhealthy; look at its last log lines",
        ),
        (
            "Request timed out",
            "Most likely: the load balancer asked for /nope on port 8080 and got no good answer in time",
            "Check that the program listens on port 8080, and starts within health.grace_seconds",
        ),
    ],
)
def test_failed_health_check_is_told_by_what_was_asked_and_what_was_got(answer, sentence, advice):
    probe = probe_of("/nope", 8080, [Event(NOON, UNHEALTHY.format(answer))])
    task = FailedTask("7fa20c1d", "", "Task failed ELB health checks in (target-group t)", 137, probe=probe)

    found = diagnose([task], WhatChanged(image="1.1.0"))

    assert found.sentence == sentence
    assert (found.advice, found.others) == (advice, "image 1.1.0")
    assert found.evidence == (f"task 7fa20c1d: Task failed ELB health checks in (target-group t), {answer}",)


def test_what_the_load_balancer_asks_is_known_without_an_event():
    assert probe_of("/", 9000, []) == Probe("/", 9000)


def test_who_only_connects_asked_for_nothing():
    task = FailedTask(
        "7fa20c1d", "", "Task failed ELB health checks in (target-group t)", probe=probe_of(None, 6379, [])
    )

    found = diagnose([task], WhatChanged(image="1.1.0"))

    assert found.sentence == "Most likely: the load balancer could not connect to port 6379 in time"
    assert found.advice.startswith("Check that the program listens on port 6379")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("Capacity is unavailable at this time", "AWS has no capacity for the task at the moment"),
        ("RESOURCE:MEMORY", "no EC2 instance has room for the task"),
        ("no container instance met all of its requirements", "no EC2 instance has room for the task"),
    ],
)
def test_capacity_that_lacks_is_that_of_aws_or_of_the_instances(reason, sentence):
    assert (
        diagnose([FailedTask("a", "TaskFailedToStart", reason)], WhatChanged()).sentence == f"Most likely: {sentence}"
    )


def test_removed_key_in_the_log_of_an_unhealthy_task_wins():
    task = FailedTask("a", "", "Task failed ELB health checks", lines=("LOG_LEVEL=info", "no PAYMENTS_URL"))
    found = diagnose([task], WhatChanged(removed_keys=("PAYMENTS_URL",), changed_keys=("LOG_LEVEL",)))
    assert found.sentence == "Most likely: the program complains about PAYMENTS_URL, which this release removed"


def test_added_keys_are_blamed_unless_the_image_is_new_too():
    added = WhatChanged(added_keys=("DEBUG",))
    assert diagnose([EXITED], added).sentence.endswith("because this release added DEBUG")
    both = diagnose([EXITED], WhatChanged(added_keys=("DEBUG",), image="1.9.0"))
    assert both.sentence == "Most likely: the image 1.9.0 does not start"
    assert both.others == "added DEBUG"


@pytest.mark.parametrize(
    "line",
    [
        '{"level": "error", "message": "cannot start: PAYMENTS_URL is not set"}',
        "Error: Missing required environment variable PAYMENTS_URL",
        "KeyError: 'PAYMENTS_URL'",
    ],
)
def test_first_release_that_lacks_a_key_says_which(line):
    found = diagnose([exited("starting", line)], WhatChanged(image="1.0.0", known_keys=("LOG_LEVEL",)))
    assert found.sentence == "Most likely: the program needs PAYMENTS_URL, which no env file sets"
    assert (found.code, found.keys) == ("env-missing", ("PAYMENTS_URL",))


def test_where_there_are_no_env_files_a_missing_key_goes_into_the_catalog_entry():
    found = diagnose([exited("PAYMENTS_URL is not set")], WhatChanged(image="1.0.0", has_env_files=False))

    assert found.sentence == "Most likely: the program needs PAYMENTS_URL, and its catalog entry does not set that"
    assert found.advice == (
        "Add PAYMENTS_URL to `environment:` (or to `secrets:`) in the catalog entry, then `slipway up`"
    )


def test_key_that_an_env_file_sets_is_not_called_missing():
    found = diagnose([exited("LOG_LEVEL is not set")], WhatChanged(image="1.0.0", known_keys=("LOG_LEVEL",)))
    assert found.code == "image-code"


def test_evidence_holds_a_line_for_tasks_that_ended_alike_and_the_last_lines_of_one():
    alike = FailedTask("cc", EXITED.stop_code, EXITED.reason, exit_code=1)
    tasks = [exited("starting", "FATAL"), FailedTask("bb", reason=PULL), alike]
    assert diagnose(tasks, WhatChanged()).evidence == (
        "tasks 7fa20c1d, cc: Essential container in task exited, exit code 1",
        f"task bb: {PULL}",
        "7fa20c1d> starting",
        "7fa20c1d> FATAL",
    )


def test_without_tasks_the_reason_of_ecs_is_read():
    assert diagnose([], WhatChanged(), "three unsuccessful image digest resolution attempts").code == "image"
    assert diagnose([], WhatChanged(), "").code == "unknown"


def test_an_outcome_keeps_its_diagnosis_whole():
    made = diagnose([EXITED], WhatChanged(changed_keys=("A", "B"), image="1.9.0"), "ECS gave up.")
    ended = made.model_copy(update={"ending": say("There was no release to go back to, so the service runs no tasks")})
    outcome = an_outcome("failed", reason=in_full(ended), evidence=ended.evidence, diagnosis=ended)

    again = Outcome.from_json(outcome.to_json())

    assert of_outcome(again) == ended
    assert again.diagnosis
    assert isinstance(again.diagnosis.sentence, Message)
    assert again.reason.startswith("ECS gave up. task 7fa20c1d: Essential container in task exited, exit code 1. Most")
    assert again.reason.endswith(
        "Check A, B, then apply again; also changed with this release: image 1.9.0. There was no release to go back "
        "to, so the service runs no tasks"
    )


def test_an_outcome_of_the_first_form_says_what_it_kept():
    earlier = Outcome.from_json((FORMS / "outcome" / "first.json").read_text())
    found = of_outcome(earlier)

    assert (found.code, found.keys, found.advice) == ("", (), "")
    assert found.sentence == "Most likely: the program complains about PAYMENTS_URL, which this release removed"
    assert found.said == ("deployment failed: tasks failed to start", "Put PAYMENTS_URL back, then apply")
    assert len(found.evidence) == 2


def test_outcome_without_a_guess_is_its_own_sentence():
    found = of_outcome(an_outcome("stopped", reason=say("stopped by %(who)s", who="sato")))
    assert (found.sentence, found.advice, found.said) == ("stopped by sato", "", ())


def test_changed_keys_are_told_apart():
    found = changed_keys({"A": "1", "B": "1", "C": "1"}, {"B": "1", "C": "2", "D": "1"})
    assert found == WhatChanged(removed_keys=("A",), changed_keys=("C",), added_keys=("D",))


def test_env_values_are_taken_out_of_lines():
    settings = {"URL": "https://db/orders", "HOST": "https://db", "LEVEL": "debug"}
    line = "debug: cannot reach https://db/orders by https://db"
    assert without_values(line, settings) == "debug: cannot reach ‹URL› by ‹HOST›"


def test_an_alarm_that_rang_is_named_before_all_that_tasks_left_behind():
    changed = WhatChanged(image="1.9.0")
    found = diagnose([EXITED], changed, "Alarm detected", ["dev_orders-api_cpu_percent", "pager"])
    assert found.code == "alarm"
    assert found.sentence == "an alarm began to ring meanwhile: CPU (dev_orders-api_cpu_percent), pager"
    assert found.others == "image 1.9.0"


def test_a_deployment_that_nobody_continued_says_so():
    assert diagnose([], WhatChanged(), "The lifecycle hook timed out.").code == "approval"
