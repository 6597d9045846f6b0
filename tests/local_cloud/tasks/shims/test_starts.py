from tests.local_cloud.services import BUCKET
from tests.local_cloud.waiting import eventually


def test_a_service_whose_env_file_was_lost_does_not_start_tasks_without_end(service):
    """Its rollout is over, so no circuit breaker stops the scheduler from trying again."""
    definition = service.definition(env="GREETING=kept\n")
    service.create(definition)
    assert service.settled() == "SUCCESSFUL"
    [file] = service.ecs.describe_task_definition(taskDefinition=definition)["taskDefinition"]["containerDefinitions"][
        0
    ]["environmentFiles"]
    service.aws("s3").delete_object(Bucket=BUCKET, Key=file["value"].split(":::")[1].partition("/")[2])
    [task] = service.running()

    service.ecs.stop_task(cluster="tests", task=task["taskArn"])

    assert eventually(lambda: len(service.stopped()) == 4)
    assert not eventually(lambda: len(service.stopped()) > 6, seconds=2)


def test_a_one_off_task_of_a_failing_revision_does_not_wait(service):
    definition = service.definition("job:1.0.0", port=None)
    failing = {"containerOverrides": [{"name": "app", "command": ["exit", "1"]}]}
    for _ in range(5):
        service.ecs.run_task(cluster="tests", taskDefinition=definition, launchType="FARGATE", overrides=failing)
    assert eventually(lambda: len(service.stopped()) == 5)

    service.ecs.run_task(cluster="tests", taskDefinition=definition, launchType="FARGATE", overrides=failing)

    assert eventually(lambda: len(service.stopped()) == 6, seconds=5)
