import json
from datetime import UTC, datetime

import pytest

from runtime.aws.errors import Absent
from runtime.bucket.release_records import ReleaseRefused
from runtime.gateways import Gateways
from runtime.releases.releases import ReleaseInvalid
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted, access
from tests.runtime.watching import outcome_of, release


def save_env(gateways, service, text, base=0):
    return gateways.env_files.save(service, "app", text, base=base, author="sato", message="")


def running_revision(gateways, service):
    [revision] = {task.revision for task in gateways.tasks.running(service) if task.status == "RUNNING"}
    return revision


def test_first_release_fills_the_blanks_and_sets_count_and_bounds(gateways, provisioner, service_name, aws):
    service = provisioner.make_service(service_name, Wanted(tasks=(2, 3)))
    save_env(gateways, service, "GREETING=hello\n")

    done = release(gateways, service, ReleaseRequest(image="1.0.0"), why="起動する")

    assert (done.number, done.kind, done.base, done.who, done.why) == (1, "deploy", None, "sato", "起動する")
    assert outcome_of(done).status == "succeeded"
    revision = aws("ecs").describe_task_definition(taskDefinition=done.revision, include=["TAGS"])
    [container] = revision["taskDefinition"]["containerDefinitions"]
    assert container["image"] == f"{ENVIRONMENT.registry_host}/web-{service}:1.0.0"
    assert [it["value"].partition("/")[2] for it in container["environmentFiles"]] == [
        naming.env_version_key(service, "app", 1)
    ]
    assert revision["taskDefinition"]["family"] == naming.release_family("local", service)
    assert {"key": naming.RELEASE_TAG, "value": done.token} in revision["tags"]
    assert gateways.ecs_services.service(service).desired == 2
    assert provisioner.limits(service) == (2, 3)
    assert running_revision(gateways, service) == done.revision


def test_release_without_a_word_on_the_image_keeps_the_live_one(gateways, provisioned_service):
    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    save_env(gateways, provisioned_service, "A=1\n")

    done = release(gateways, provisioned_service, ReleaseRequest(env={"app": 1}))

    assert (done.kind, done.base, dict(done.contents.env)) == ("env", 1, {"app": 1})
    assert done.contents.image.endswith(":1.0.0")


def test_definition_whose_blanks_stay_open_is_no_problem_of_the_registry(gateways, provisioned_service):
    proposal = gateways.releases.proposal(provisioned_service, ReleaseRequest())
    repository = f"{ENVIRONMENT.registry_host}/web-{provisioned_service}"
    assert proposal.problems == [f"image: none is live yet; say which tag of {repository} to deploy"]


def test_first_release_must_name_an_image(gateways, provisioned_service):
    with pytest.raises(ReleaseInvalid, match="image: none is live yet; say which tag of"):
        gateways.releases.release(provisioned_service, ReleaseRequest(), who="sato", why="")
    assert gateways.releases.history(provisioned_service).releases == []


def test_everything_that_is_missing_is_told_at_once(gateways, provisioner, service_name):
    secrets = [{"name": "DB", "valueFrom": "arn:aws:ssm:ap-northeast-1:000000000000:parameter/no/such"}]
    service = provisioner.make_service(service_name, Wanted(container={"secrets": secrets}))

    with pytest.raises(ReleaseInvalid) as refused:
        gateways.releases.release(service, ReleaseRequest(image="9.9.9", env={"app": 4, "web": 1}), who="sato", why="")

    assert refused.value.problems == [
        f"env: {service} has no env file web; it has app",
        f"image: {ENVIRONMENT.registry_host}/web-{service}:9.9.9 is not in ECR; push it first",
        "env: app has no version yet, so not 4",
        "secret: /no/such does not exist; create it, or drop it in the catalog",
    ]


def test_env_versions_that_cannot_be_are_refused_with_those_that_there_are(gateways, provisioned_service):
    save_env(gateways, provisioned_service, "A=1\n")
    save_env(gateways, provisioned_service, "A=2\n", base=1)

    def problems(version):
        return gateways.releases.proposal(
            provisioned_service, ReleaseRequest(image="1.0.0", env={"app": version})
        ).problems

    assert problems(0) == ["env: versions of app begin at 1, got 0"]
    assert problems(99) == ["env: app has versions 1 to 2, not 99"]
    assert problems(2) == []


def test_an_empty_image_is_none_that_can_be_deployed(gateways, provisioned_service):
    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))

    assert gateways.releases.proposal(provisioned_service, ReleaseRequest(image="")).problems == [
        "image: must name a tag; without one what is live stays"
    ]


@pytest.mark.parametrize("image", ["a b", "web:1.0.0", "sha256:12", "-x", "x" * 129])
def test_what_is_neither_tag_nor_digest_is_refused_as_such(gateways, provisioned_service, image):
    with pytest.raises(ReleaseInvalid, match=r"image: must be a tag of .*, or a digest \(sha256:…\), got '"):
        gateways.releases.release(provisioned_service, ReleaseRequest(image=image), who="sato", why="")


def test_rolling_back_to_what_never_was_tells_what_there_is(gateways, provisioned_service):
    with pytest.raises(Absent, match=f"^{provisioned_service} has no release yet, so not 99$"):
        gateways.releases.proposal(provisioned_service, ReleaseRequest(to=99))

    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))

    with pytest.raises(Absent, match=f"^{provisioned_service} has release 1, not 99$"):
        gateways.releases.proposal(provisioned_service, ReleaseRequest(to=99))


def test_secrets_that_are_there_are_found_however_their_arn_is_written(gateways, provisioner, service_name, aws):
    aws("ssm").put_parameter(Name=f"/{service_name}/url", Value="x", Type="SecureString")
    aws("ssm").put_parameter(Name=service_name, Value="x", Type="String")
    arn = aws("secretsmanager").create_secret(Name=f"{service_name}/stripe", SecretString='{"key": "x"}')["ARN"]
    sources = [
        ENVIRONMENT.arn("ssm", f"parameter/{service_name}/url"),
        ENVIRONMENT.arn("ssm", f"parameter/{service_name}"),
        ENVIRONMENT.arn("secretsmanager", f"secret:{service_name}/stripe:key::"),
        arn,
    ]
    secrets = [{"name": f"S{number}", "valueFrom": source} for number, source in enumerate(sources)]
    service = provisioner.make_service(service_name, Wanted(container={"secrets": secrets}))
    assert gateways.releases.proposal(service, ReleaseRequest(image="1.0.0")).problems == []


def test_release_runs_only_as_the_service_itself(gateways, provisioner, service_name):
    stranger = "arn:aws:iam::000000000000:role/local_payments_task"
    service = provisioner.make_service(service_name, Wanted(definition={"taskRoleArn": stranger}))
    with pytest.raises(ReleaseInvalid, match=f"taskRoleArn: must be .*role/local_{service}_task, got {stranger}"):
        gateways.releases.release(service, ReleaseRequest(image="1.0.0"), who="sato", why="")


def test_service_that_is_not_provisioned_is_said_so(gateways):
    with pytest.raises(Absent, match="nosuch is not provisioned in local; run `slipway up local nosuch`"):
        gateways.releases.release("nosuch", ReleaseRequest(image="1.0.0"), who="sato", why="")


def test_second_release_is_refused_with_who_and_what_while_one_is_in_progress():
    """On the fake, where a rollout takes as long as the test likes."""
    aws = FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 5, tzinfo=UTC))
    provisioner, gateways = Provisioner(aws.client), Gateways.connect(ENVIRONMENT, aws.access, aws.clock)
    provisioner.make_environment()
    service = provisioner.make_service("orders", Wanted(env_files=()))
    first = gateways.releases.release(service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")

    with pytest.raises(
        ReleaseRefused, match=r"release 1 of orders \(deploy, 1\.0\.0\) by suzuki is in progress"
    ) as refused:
        gateways.releases.release(service, ReleaseRequest(image="1.1.0"), who="sato", why="")

    assert refused.value.theirs == first
    aws.ecs.rolls_out(service)
    outcome = gateways.releases.settle(service)
    assert outcome
    assert outcome.status == "succeeded"


def test_changed_definition_is_staged_until_it_is_released(gateways, provisioner, provisioned_service):
    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    assert not gateways.releases.live(provisioned_service).staged_definition

    provisioner.change_service(provisioned_service, Wanted(definition={"cpu": "512", "memory": "1024"}, tasks=(1, 2)))

    assert gateways.releases.live(provisioned_service).staged_definition
    proposal = gateways.releases.proposal(provisioned_service, ReleaseRequest())
    assert proposal.kind == "definition"
    assert proposal.definition_changes == [("cpu", "256", "512"), ("memory", "512", "1024"), ("tasks", "1", "1 to 2")]
    done = release(gateways, provisioned_service, ReleaseRequest())
    assert (done.kind, outcome_of(done).status) == ("definition", "succeeded")
    assert not gateways.releases.live(provisioned_service).staged_definition
    assert provisioner.limits(provisioned_service) == (1, 2)


def test_deploy_may_leave_a_staged_definition_alone(gateways, provisioner, provisioned_service):
    first = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    provisioner.change_service(provisioned_service, Wanted(definition={"cpu": "512", "memory": "1024"}))

    done = release(gateways, provisioned_service, ReleaseRequest(image="1.1.0", definition=False))

    assert done.contents.definition == first.contents.definition
    assert gateways.releases.live(provisioned_service).staged_definition


def test_roll_back_restores_image_env_and_definition(gateways, provisioner, provisioned_service, aws):
    save_env(gateways, provisioned_service, "GREETING=one\n")
    first = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    save_env(gateways, provisioned_service, "GREETING=two\n", base=1)
    provisioner.change_service(provisioned_service, Wanted(definition={"cpu": "512", "memory": "1024"}, tasks=(2, 2)))
    second = release(gateways, provisioned_service, ReleaseRequest(image="1.1.0", env={"app": 2}))
    assert (second.contents.env, outcome_of(second).status) == ({"app": 2}, "succeeded")

    back = release(gateways, provisioned_service, ReleaseRequest(to=1))

    assert (back.number, back.kind, back.base, outcome_of(back).status) == (3, "roll-back", 2, "succeeded")
    assert back.contents == first.contents
    assert back.revision not in (first.revision, second.revision)
    revision = aws("ecs").describe_task_definition(taskDefinition=back.revision)["taskDefinition"]
    assert revision["cpu"] == "256"
    assert provisioner.limits(provisioned_service) == (1, 1)
    live = gateways.releases.live(provisioned_service)
    assert (live.release.number, live.staged_env, live.staged_definition) == (3, {}, False)


def test_a_revision_that_holds_something_else_than_was_released_is_not_gone_back_to(
    cloud, gateways, provisioner, provisioned_service, aws
):
    first = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    release(gateways, provisioned_service, ReleaseRequest(image="1.1.0"))
    key = {"Bucket": provisioner.bucket, "Key": f"releases/{provisioned_service}/r000001.json"}
    record = json.loads(aws("s3").get_object(**key)["Body"].read())
    record["image"] = record["image"].replace("1.0.0", "0.9.0")  # as after an emulator gave the number to another
    aws("s3").put_object(**key, Body=json.dumps(record).encode())

    later = Gateways.connect(ENVIRONMENT, access(cloud))
    [problem] = later.releases.proposal(provisioned_service, ReleaseRequest(to=1)).problems
    assert problem.startswith(f"release 1: its revision {first.revision.rpartition('/')[2]} holds something else")


def test_pinned_image_is_not_deployed_over(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, Wanted(pinned_tag="1.0.0"))
    with pytest.raises(ReleaseInvalid, match=r"image: the catalog pins .*:1\.0\.0; change it there"):
        gateways.releases.release(service, ReleaseRequest(image="1.1.0"), who="sato", why="")
    assert release(gateways, service, ReleaseRequest()).contents.image.endswith(":1.0.0")


def test_revision_of_no_release_is_changed_outside(gateways, provisioned_service, aws):
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    revision = aws("ecs").describe_task_definition(taskDefinition=done.revision)["taskDefinition"]
    by_hand = aws("ecs").register_task_definition(
        family="by-hand", networkMode="awsvpc", containerDefinitions=revision["containerDefinitions"]
    )["taskDefinition"]["taskDefinitionArn"]

    aws("ecs").update_service(cluster=naming.cluster("local"), service=provisioned_service, taskDefinition=by_hand)

    assert eventually(lambda: gateways.releases.live(provisioned_service).revision == by_hand)
    assert gateways.releases.live(provisioned_service).changed_outside
    again = release(gateways, provisioned_service, ReleaseRequest())
    assert (again.number, again.base, again.contents.image) == (2, None, done.contents.image)


def test_gateways_that_meet_later_read_the_same_records(cloud, gateways, provisioned_service):
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    others = Gateways.connect(ENVIRONMENT, access(cloud))

    assert others.releases.history(provisioned_service).releases == [done]
    assert others.service_index.read(provisioned_service).live == done


def test_what_a_replaced_service_ran_comes_back_by_itself(gateways, provisioner, service_name):
    """Not an env version that ECS rolled back, though it is newer."""
    service = provisioner.make_service(service_name)
    save_env(gateways, service, "A=1\n")
    release(gateways, service, ReleaseRequest(image="1.0.0"))
    save_env(gateways, service, "A=2\n", base=1)
    broken = release(gateways, service, ReleaseRequest(image="2.0.0-broken", env={"app": 2}))
    assert outcome_of(broken).status == "rolled-back"

    provisioner.replace_service(service)

    live = gateways.releases.live(service)
    assert (live.revision, live.release, live.was_live.number, live.ran.number) == (None, None, 1, 1)
    proposal = gateways.releases.proposal(service, ReleaseRequest())
    assert (proposal.live, proposal.problems) == (None, [])
    assert (proposal.wanted.image.rpartition(":")[2], proposal.wanted.env) == ("1.0.0", {"app": 1})
    assert outcome_of(release(gateways, service, ReleaseRequest())).status == "succeeded"


def test_env_files_that_the_definition_lacks_do_not_come_back(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, Wanted(env_files=("first", "second")))
    for file in ("first", "second"):
        gateways.env_files.save(service, file, "A=1\n", base=0, author="sato", message="")
    release(gateways, service, ReleaseRequest(image="1.0.0"))

    provisioner.replace_service(service, Wanted(env_files=("first",)))

    proposal = gateways.releases.proposal(service, ReleaseRequest())
    assert (proposal.wanted.env, proposal.problems) == ({"first": 1}, [])


def test_a_roll_back_over_a_changed_port_is_refused_with_what_to_do(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, Wanted(balanced_port=8080))
    release(gateways, service, ReleaseRequest(image="1.0.0"))
    moved = Wanted(balanced_port=9090, container={"portMappings": [{"containerPort": 9090}]})
    provisioner.replace_service(service, moved)

    assert gateways.releases.proposal(service, ReleaseRequest(to=1)).problems == [
        "port: the load balancer reaches port 9090, and this definition listens on 8080; deploy its image instead, "
        "which takes the definition that is provisioned now"
    ]
    assert gateways.releases.proposal(service, ReleaseRequest(image="1.0.0")).problems == []


def test_a_roll_back_to_other_capacity_is_refused_with_what_to_do(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, Wanted())
    release(gateways, service, ReleaseRequest(image="1.0.0"))
    provisioner.change_service(service, Wanted(definition={"requiresCompatibilities": ["EC2"]}))

    assert gateways.releases.proposal(service, ReleaseRequest(to=1)).problems == [
        "capacity: this definition was made for FARGATE awsvpc, and the service runs on EC2 awsvpc now; deploy its "
        "image instead, which takes the definition that is provisioned now"
    ]
    assert gateways.releases.proposal(service, ReleaseRequest(image="1.0.0")).problems == []


def test_a_roll_back_to_what_the_role_may_no_longer_read_is_refused(gateways, provisioner, service_name, aws):
    aws("ssm").put_parameter(Name=f"/shared/{service_name}", Value="x", Type="String")
    secrets = [{"name": "TOKEN", "valueFrom": ENVIRONMENT.arn("ssm", f"parameter/shared/{service_name}")}]
    entry = {"name": service_name, "image": {"repository": f"web-{service_name}"}}
    named = entry | {"secrets": {"TOKEN": {"ssm": f"/shared/{service_name}"}}}
    service = provisioner.make_service(service_name, Wanted(container={"secrets": secrets}, entry=named))
    release(gateways, service, ReleaseRequest(image="1.0.0"))

    provisioner.change_service(service, Wanted(entry=entry))

    applying = gateways.releases.proposal(service, ReleaseRequest())
    assert applying.problems == []
    assert gateways.releases.lost_by(service, applying) == [
        "no longer to be gone back to, for want of secret TOKEN: release 1"
    ]
    keeping = gateways.releases.proposal(service, ReleaseRequest(definition=False))
    assert gateways.releases.lost_by(service, keeping) == []
    assert gateways.releases.proposal(service, ReleaseRequest(to=1)).problems == [
        "secret TOKEN: the service's role may no longer read it; name it in the catalog, marked `retired`, and "
        "provision again"
    ]


def test_a_release_keeps_the_entry_of_its_definition_and_its_review_names_what_changed(
    gateways, provisioner, service_name
):
    first = {"name": service_name, "image": {"repository": f"web-{service_name}"}, "secrets": {"A": {"ssm": "/a"}}}
    second = first | {"compute": {"cpu": 512}, "environment": {"TOKEN": "hush"}, "secrets": {}}
    service = provisioner.make_service(service_name, Wanted(entry=first))
    release(gateways, service, ReleaseRequest(image="1.0.0"))
    provisioner.change_service(service, Wanted(container={"environment": [{"name": "A", "value": "1"}]}, entry=second))

    said = [change.sentence for change in gateways.releases.proposal(service, ReleaseRequest()).entry_changes]
    assert said == ["compute.cpu: 256 → 512", "variable TOKEN is new", "secret A is dropped"]
    assert gateways.releases.proposal(service, ReleaseRequest(definition=False)).entry_changes == []

    applied = release(gateways, service, ReleaseRequest())
    back = release(gateways, service, ReleaseRequest(to=1))

    assert [gateways.releases.get(service, it.number).entry for it in (applied, back)] == [second, first]
    assert gateways.service_index.read(service).last.entry is None
