"""`slipway release` on a running local cloud, and what it says where nobody can watch."""

import json
from dataclasses import dataclass
from typing import Any, cast

import boto3
import pytest

from cli.release import continued, progress_line, tell, watched
from deploy.up import up
from local_cloud.cloud import LocalCloud
from runtime.aws.ecs_services import Breaker
from runtime.aws.errors import Unreachable
from runtime.gateways import Gateways
from runtime.releases.progress import Progress
from runtime.releases.request import ReleaseRequest
from tests.cli.conftest import Slipway
from tests.cli.test_usage import refusal
from tests.deploy.world import World
from tests.fake_aws.service import refused
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted, access
from tests.record_builders import a_release


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    running = LocalCloud(tmp_path_factory.mktemp("release") / "state", steady_seconds=0.2)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateways(cloud):
    where = access(cloud)
    session = boto3.Session(where.access_key_id, where.secret_access_key, region_name=ENVIRONMENT.region)
    provisioner = Provisioner(lambda service: session.client(service, endpoint_url=where.endpoint(service)))
    provisioner.make_environment()
    provisioner.make_service("orders")
    provisioner.make_service("invoices")
    provisioner.make_service("letters")
    migrating = Wanted(entry={"port": 8080, "before_release": {"command": ["bin/migrate"]}})
    provisioner.make_service("ledger", migrating)
    provisioner.make_service("bookings", migrating)
    provisioner.make_service("digest", Wanted(kind="job", env_files=()))
    made = Gateways.connect(ENVIRONMENT, where)
    made.env_files.save("orders", "app", "A=1\n", base=0, author="sato", message="")
    made.env_files.save("bookings", "app", "STEP_SECONDS=60\n", base=0, author="sato", message="")
    made.env_files.save("ledger", "app", "STEP_SECONDS=0\n", base=0, author="sato", message="")
    made.env_files.save("ledger", "app", "STEP_SECONDS=0\nFAIL_MIGRATION=1\n", base=1, author="sato", message="")
    return made


@pytest.fixture
def released(slipway, cloud, gateways) -> Slipway:
    """``slipway`` over one service, which runs 1.0.0 with v1 of its env file; v2 is staged."""
    slipway.write_service("orders", env_files=["app"], environments={"local": {}})
    slipway.state = cloud.state
    if not gateways.releases.history("orders").releases:
        assert slipway("release", "local", "orders", "--image", "1.0.0").exit_code == 0
        gateways.env_files.save("orders", "app", "A=2\n", base=1, author="sato", message="")
    return slipway


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "nothing differs from release 1 of orders; say --image, --env or --to"),
        (("--why", "again"), "nothing differs from release 1 of orders; say --image, --env or --to"),
        (("--env", "app=99"), "env: app has versions 1 to 2, not 99"),
        (("--to", "99"), "orders has release 1, not 99"),
    ],
)
def test_what_cannot_be_released_is_refused_with_what_can(released, gateways, words, sentence):
    refused = released("release", "local", "orders", *words)

    assert (refused.exit_code, refused.stdout, refused.stderr) == (2, "", f"slipway: {sentence}\n")
    assert len(gateways.releases.history("orders").releases) == 1


def test_a_release_told_as_json_is_one_document_beside_its_progress(slipway, cloud, gateways):
    slipway.write_service("letters", environments={"local": {}})
    slipway.state = cloud.state

    said = slipway("release", "local", "letters", "--image", "1.0.0", "--why", "a test", "--json")

    found = json.loads(said.stdout)
    assert said.exit_code == 0
    assert (found["number"], found["why"], found["outcome"]["status"]) == (1, "a test", "succeeded")
    assert "release 1 of letters (deploy)" in said.stderr


@pytest.mark.parametrize(
    ("protection", "told"),
    [
        ("four-eyes", "releases in local need a second person: ask for it on the page of orders in the portal"),
        ("platform", "only the platform team releases in local: ask them, or release in the portal"),
    ],
)
def test_a_protected_environment_is_told_what_this_command_cannot_know(released, gateways, protection, told):
    released.write_environment("local", protection=protection)

    refused = released("release", "local", "orders", "--env", "app=2")
    insisting = released("release", "local", "orders", "--env", "app=99", "--unconfirmed")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"slipway: {told}")
    assert "--unconfirmed releases all the same" in refused.stderr
    assert insisting.stderr == "slipway: env: app has versions 1 to 2, not 99\n"
    assert len(gateways.releases.history("orders").releases) == 1


@pytest.mark.parametrize(
    ("protection", "told"),
    [
        ("four-eyes", "runs in local need a second person: ask for it on the runs page of orders in the portal"),
        ("platform", "only the platform team starts runs in local: ask them, or start it in the portal"),
    ],
)
def test_a_run_in_a_protected_environment_is_refused_likewise(released, protection, told):
    released.write_environment("local", protection=protection)

    refused = released("run", "local", "orders", "--timeout", "99999", "--", "bin/fill")
    insisting = released("run", "local", "orders", "--timeout", "99999", "--unconfirmed", "--", "bin/fill")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"slipway: {told}")
    assert "--unconfirmed starts it all the same" in refused.stderr
    assert "timeout: must be 1 to" in insisting.stderr


@pytest.mark.parametrize("option", ["--pause", "--resume"])
def test_a_job_has_no_tasks_to_pause_or_resume_whatever_the_catalog_has_staged(slipway, cloud, gateways, option):
    slipway.write_service("digest", environments={"local": {}})
    slipway.state = cloud.state

    refused = slipway("release", "local", "digest", option)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "tasks: a job or task has none between its runs, so there is nothing to scale" in refused.stderr
    assert "`slipway runs` pauses and resumes a job's schedule" in refused.stderr
    assert not gateways.releases.history("digest").releases


def test_a_release_waits_for_its_first_run_and_changes_nothing_where_that_fails(slipway, cloud):
    slipway.write_service("ledger", env_files=["app"], environments={"local": {}})
    slipway.state = cloud.state
    done = slipway("release", "local", "ledger", "--image", "1.0.0", "--env", "app=1")
    failed = slipway("release", "local", "ledger", "--env", "app=2")

    assert (done.exit_code, failed.exit_code) == (0, 1), done.output + failed.output
    assert done.stdout.splitlines()[0] == (
        "First `bin/migrate` has to end with exit code 0, within 10 min: otherwise nothing is replaced"
    )
    assert done.stdout.splitlines()[-1] == "release 1 succeeded"
    told = failed.stdout.splitlines()
    assert "release 2 not carried out: `bin/migrate` ended with exit code 1. Look at its last log lines; mend it, " in (
        failed.stdout
    )
    assert "  release 1 is live" in told
    assert "migration failed" in told[-1]


def test_a_release_that_is_refused_promises_nothing(slipway, cloud, gateways):
    slipway.write_service("bookings", env_files=["app"], environments={"local": {}})
    slipway.state = cloud.state
    gateways.releases.release("bookings", ReleaseRequest("1.0.0", {"app": 1}), who="kato", why="")

    refused = slipway("release", "local", "bookings", "--image", "1.1.0")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "release 1 of bookings (deploy, 1.0.0) by kato is in progress" in refused.stderr


def test_what_was_done_is_logged_when_that_is_asked_for(slipway, cloud, gateways):
    slipway.write_service("invoices", environments={"local": {}})
    slipway.state = cloud.state
    logged = slipway("--log", "info", "release", "local", "invoices", "--image", "1.0.0").stderr

    assert "INFO runtime.releases.releases release claimed service=invoices number=1 kind=deploy who=" in logged
    assert "INFO runtime.releases.settle release ended service=invoices number=1 status=succeeded" in logged


# --- words that make no sense -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--env", "app=0"), "Invalid value for '--env': versions begin at 1; got 'app=0'"),
        (("--env", "app=v000"), "Invalid value for '--env': versions begin at 1; got 'app=v000'"),
        (
            ("--env", "app=1", "--env", "web=1", "--env", "app=2"),
            "Invalid value for '--env': names app more than once; say one value of each",
        ),
        (("--image", ""), "--image must name a tag"),
        (("--image", " ", "--to", "3"), "--image must name a tag"),
    ],
)
def test_words_that_could_be_taken_for_others_are_refused(slipway, words, sentence):
    assert refusal(slipway("release", "dev", "orders", *words)) == sentence


@pytest.mark.parametrize(
    "odd", ["app=²", "app=١", "app=３", " app=1", "app= 1", "app=1 ", "app=-1", "app=+1", "app=1_0", "app=1234567890"]
)
def test_an_env_version_is_a_number_in_plain_digits(slipway, odd):
    assert refusal(slipway("release", "dev", "orders", "--env", odd)) == (
        f"Invalid value for '--env': must be an env file and one of its versions, like app=12; got '{odd}'"
    )


# --- watching ---------------------------------------------------------------------------------------------------------


@dataclass
class Blind:
    """Gateways whose watcher ends with an error."""

    error: BaseException

    @property
    def releases(self) -> Any:
        return self

    def watch(self, *_: object, **__: object) -> None:
        raise self.error


LOST = Unreachable("AWS did not answer while reading deployments; check the network, then try again")
SHOWN_LOCALLY = "`slipway local status` says where the portal shows it"
SHOWN = "`slipway portal` shows it"


@pytest.mark.parametrize(
    ("environment", "error", "said"),
    [
        ("dev", LOST, f"AWS did not answer while reading deployments; release 3 goes on in ECS, unwatched; {SHOWN}"),
        ("dev", KeyboardInterrupt(), f"release 3 goes on in ECS, unwatched; {SHOWN}"),
        ("local", KeyboardInterrupt(), f"release 3 goes on in ECS, unwatched; {SHOWN_LOCALLY}"),
    ],
)
def test_whoever_loses_sight_of_a_release_is_told_that_it_goes_on(capsys, environment, error, said):
    with pytest.raises(SystemExit) as left:
        watched(cast(Gateways, Blind(error)), a_release(3), environment)

    assert left.value.code == 130
    stop = f"`slipway release {environment} orders --stop` stops it and rolls back"
    assert capsys.readouterr().err == f"slipway: {said}, {stop}\n"


@pytest.mark.parametrize(
    ("base", "progress", "line"),
    [
        (1, Progress("starting", 1, 2), "starting: 1 of 2 tasks run"),
        (1, Progress("starting", 0, 2, breaker=Breaker("MONITORING", 1, 3)), "starting: 0 of 2 tasks run, 1 failed"),
        (
            1,
            Progress("rolling back", 0, 0, breaker=Breaker("TRIGGERED", 3, 3), old_running=2),
            "rolling back to release 1 (running tasks: 2); failed tasks of release 3: 3",
        ),
        (1, Progress("rolling back", 0, 0, old_running=2), "rolling back to release 1 (running tasks: 2)"),
        (
            None,
            Progress("rolling back", 0, 0, breaker=Breaker("TRIGGERED", 3, 3)),
            "rolling back; failed tasks of release 3: 3",
        ),
    ],
)
def test_a_release_that_rolls_back_says_what_stands_behind_it(base, progress, line):
    assert progress_line(a_release(3, base=base), progress) == line


@pytest.mark.parametrize(
    ("ending", "replaced", "line"),
    [
        ("rolled-back", False, "  release 1 is live"),
        ("failed", True, "  no task of it runs; once the cause is fixed, `slipway up dev orders` releases a changed"),
        ("not-carried-out", True, "  no task of it runs until a release comes through"),
    ],
)
def test_a_release_that_did_not_come_through_is_told_with_what_runs_now(tmp_path, capsys, ending, replaced, line):
    world = World(tmp_path, orders={"image": {"repository": "orders", "tag": "1.0"}})
    gateways = world.run().gateways
    up(world.run(), (), lambda items: False)
    if replaced:
        world.provision("dev.orders", "replace")
    if ending == "not-carried-out":
        world.aws.refusals["ecs.update_service"] = refused("InvalidParameterException", "no")
    world.ending = "rolled-back"
    made = gateways.releases.release("orders", ReleaseRequest(), who="ada", why="")

    tell(gateways, made, gateways.releases.watch("orders", made.number, sleep=world.rest))

    assert capsys.readouterr().out.splitlines()[1].startswith(line)


def test_a_release_that_waits_is_left_and_continued(tmp_path, capsys):
    world = World(tmp_path, orders={})
    up(world.run(), (), lambda items: False)
    world.dev.release("orders", "1.0")
    made = world.dev.begin("orders", "2.0")
    world.waits = True
    world.rest(3)

    with pytest.raises(SystemExit) as left:
        watched(world.dev.gateways, made, "dev")

    told = capsys.readouterr().out
    assert left.value.code == 4
    assert "waits for approval until" in told
    assert told.endswith(
        "release 2 waits for approval: `slipway release dev orders --continue` continues it, `--stop` rolls it back\n"
    )

    assert continued(world.dev.gateways, "orders", "looks good").number == 2
    world.dev.ends("orders")
    assert watched(world.dev.gateways, made, "dev").status == "succeeded"


def test_what_does_not_wait_is_not_continued(released):
    refused = released("release", "local", "orders", "--continue")
    assert (refused.exit_code, refused.stderr) == (2, "slipway: nothing of orders waits for approval\n")
