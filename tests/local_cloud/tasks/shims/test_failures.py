import json

from tests.local_cloud.services import BUCKET, CLUSTER
from tests.local_cloud.waiting import eventually

MISSING = {"type": "s3", "value": f"arn:aws:s3:::{BUCKET}/none.env"}


def run(service, definition, **more):
    made = service.ecs.run_task(cluster=CLUSTER, taskDefinition=definition, launchType="FARGATE", **more)
    return made["tasks"][0]["taskArn"]


def ended(service, arn):
    def look():
        [task] = service.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])["tasks"]
        return task if task["lastStatus"] == "STOPPED" else None

    return eventually(look)


def test_a_missing_env_file_fails_the_start_with_ecs_reason(service):
    task = ended(service, run(service, service.definition(environmentFiles=[MISSING])))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"] == (
        "ResourceInitializationError: failed to download env files: file download command: non empty error stream: "
        "service call has been retried 1 time(s): failed to download env file none.env from bucket tests-config: "
        "NoSuchKey: The specified key does not exist."
    )


def test_an_unknown_image_cannot_be_pulled(service):
    task = ended(service, run(service, service.definition("registry.example/nobody/knows:1")))
    assert task["stoppedReason"] == (
        "CannotPullContainerError: pull access denied for nobody/knows, repository does not exist or may require "
        "authorization"
    )


def test_an_unknown_image_fails_a_rollout(service):
    service.create(service.definition("hello:1.0.0"), count=1)
    service.settled()
    service.update(taskDefinition=service.definition("hello:9.9.9"))
    assert service.settled() == "ROLLBACK_SUCCESSFUL"
    assert any("CannotPullContainerError" in task["stoppedReason"] for task in service.stopped())


def test_a_missing_secret_fails_the_start_with_ecs_reason(service):
    secrets = [{"name": "KEY", "valueFrom": "/nobody/wrote"}]
    task = ended(service, run(service, service.definition(secrets=secrets)))
    assert task["stoppedReason"] == (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
        "unable to retrieve secrets from ssm: invalid parameters: /nobody/wrote"
    )


def test_secrets_reach_the_program_decrypted(service, fresh_name):
    aws = service.aws
    aws("ssm").put_parameter(Name=f"/{fresh_name}/url", Value="u", Type="SecureString")
    text = json.dumps({"api_key": "k"})
    secret = aws("secretsmanager").create_secret(Name=f"{fresh_name}/stripe", SecretString=text)["ARN"]
    secrets = [
        {"name": "DATABASE_URL", "valueFrom": f"/{fresh_name}/url"},
        {"name": "STRIPE_KEY", "valueFrom": f"{secret}:api_key::"},
    ]
    settings = [{"name": "REQUIRED_ENV", "value": "DATABASE_URL,STRIPE_KEY"}, {"name": "STEPS", "value": "1"}]
    task = ended(
        service, run(service, service.definition("job:1.0.0", port=None, secrets=secrets, environment=settings))
    )
    assert task["containers"][0]["exitCode"] == 0


def test_ministack_still_hands_out_encrypted_parameters():
    from ministack.services import ssm

    ssm._put_parameter({"Name": "/bare/encrypted", "Value": "plain", "Type": "SecureString"})
    assert ssm.resolve_parameter_value("/bare/encrypted") != "plain"
    assert ssm.resolve_parameter_value("/bare/encrypted", decrypt=True) == "plain"
    ssm.reset()


def test_a_one_off_task_shows_its_exit_code(service):
    overrides = {"containerOverrides": [{"name": "app", "command": ["exit", "7"]}]}
    task = ended(service, run(service, service.definition("job:1.0.0", port=None), overrides=overrides))
    assert task["containers"][0]["exitCode"] == 7
    assert task["stopCode"] == "EssentialContainerExited"
    assert "finished" in eventually(lambda: service.log_lines(task)[-1:])[0]


def test_a_run_may_bring_env_files_of_its_own(service):
    """They stand in place of those of the definition, as ECS has it."""
    definition = service.definition("job:1.0.0", port=None, env="FROM_DEFINITION=1\n")
    service.aws("s3").put_object(Bucket=BUCKET, Key=f"{service.name}/run.env", Body=b"FROM_RUN=1\n")
    of_run = [{"type": "s3", "value": f"arn:aws:s3:::{BUCKET}/{service.name}/run.env"}]

    def code_when_required(variable):
        wanted = {"name": "app", "environmentFiles": of_run, "environment": required(variable)}
        overrides = {"containerOverrides": [wanted]}
        return ended(service, run(service, definition, overrides=overrides))["containers"][0]["exitCode"]

    assert [code_when_required("FROM_RUN"), code_when_required("FROM_DEFINITION")] == [0, 1]


def required(variable):
    return [{"name": "REQUIRED_ENV", "value": variable}, {"name": "STEPS", "value": "1"}]


def test_ministack_still_forgets_env_files_of_a_run(bare_ecs):
    import inspect

    assert "environmentFiles" not in inspect.getsource(bare_ecs._start_task_worker)


def test_an_entry_point_reaches_the_sample_program_as_words(service):
    task = ended(service, run(service, service.definition(entryPoint=["sh", "-c"], command=["exit 1"], port=None)))
    assert task["containers"][0]["exitCode"] == 127
    assert eventually(lambda: "sh: no such command" in service.log_lines(task)[-1:][0])


def test_a_mount_without_its_volume_is_refused_and_never_left_out_in_silence(service):
    points = [{"sourceVolume": "uploads", "containerPath": "/uploads"}]
    task = ended(service, run(service, service.definition(mountPoints=points)))
    assert "container app sets mountPoints, and the task has no volume uploads" in task["stoppedReason"]


def test_what_has_no_effect_is_said_in_the_log(service):
    ulimits = [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}]
    task = ended(service, run(service, service.definition("job:1.0.0", port=None, ulimits=ulimits)))
    lines = eventually(lambda: service.log_lines(task))
    assert lines[0] == "local cloud: ulimits are not set: the limits of this machine apply"


def test_a_failing_health_check_fails_the_rollout(service):
    check = {"command": ["CMD-SHELL", "curl -f http://localhost:8080/healthz || exit 1"], "retries": 1}
    service.create(service.definition(healthCheck=check), count=1)
    assert service.settled() == "SUCCESSFUL"
    assert eventually(lambda: service.running()[0]["healthStatus"] == "HEALTHY")

    service.update(taskDefinition=service.definition(healthCheck=check, env="FAIL_HEALTH=1\n"))

    assert service.settled() == "ROLLBACK_SUCCESSFUL"
    ill = [task for task in service.stopped() if task["stoppedReason"] == "Task failed container health checks"]
    assert {(task["stopCode"], task["healthStatus"]) for task in ill} == {("ServiceSchedulerInitiated", "UNHEALTHY")}


def test_ministack_still_ignores_container_health_checks(bare_ecs):
    import inspect

    assert '"healthCheck"' not in inspect.getsource(bare_ecs)
