from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service_catalog import naming
from tests.provisioning import ENVIRONMENT
from tests.runtime.fake_aws.sides import code_of


def test_images_are_found_by_tag_and_those_that_are_not_there_are_refused(side):
    ecr, repository = side.aws("ecr"), f"web-{side.service}"

    pages = ecr.get_paginator("describe_images").paginate(repositoryName=repository, filter={"tagStatus": "TAGGED"})
    tags = {tag for page in pages for it in page["imageDetails"] for tag in it["imageTags"]}

    assert tags == {"1.0.0", "1.1.0", "2.0.0-broken"}
    [found] = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": "1.0.0"}])["imageDetails"]
    assert found["imageTags"] == ["1.0.0"]
    assert code_of(ecr.describe_images, repositoryName="nosuch") == "RepositoryNotFoundException"


def test_the_newest_lines_come_oldest_first(side):
    logs, group = side.aws("logs"), naming.log_group(ENVIRONMENT.name, side.service)
    noon = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp() * 1000)
    which = {"logGroupName": group, "logStreamName": "ecs/app/1"}
    logs.create_log_stream(**which)
    logs.put_log_events(**which, logEvents=[{"timestamp": noon + it, "message": f"line {it}"} for it in range(10)])

    def lines(**asked: Any) -> list[str]:
        return [it["message"] for it in logs.get_log_events(**which, startFromHead=False, **asked)["events"]]

    assert lines(limit=2) == ["line 8", "line 9"]
    assert lines(limit=2, endTime=noon + 5) == ["line 3", "line 4"]


def test_lines_of_all_streams_are_searched_newest_first_in_pages(side):
    logs, group = side.aws("logs"), naming.log_group(ENVIRONMENT.name, side.service)
    noon = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp() * 1000)
    for number, stream in enumerate(("ecs/app/1", "ecs/app/2", "ecs/agent/1")):
        which = {"logGroupName": group, "logStreamName": stream}
        logs.create_log_stream(**which)
        events = [{"timestamp": noon + 10 * it + number, "message": f"line {it} of {stream}"} for it in range(3)]
        logs.put_log_events(**which, logEvents=events)
    asked = {"logGroupName": group, "logStreamNamePrefix": "ecs/app/", "startFromHead": False, "startTime": noon}

    first = logs.filter_log_events(**asked, limit=2, endTime=noon + 20)
    second = logs.filter_log_events(**asked, limit=2, endTime=noon + 20, nextToken=first["nextToken"])
    matching = logs.filter_log_events(**asked, filterPattern='"of ecs/app/2" -0')

    assert [it["timestamp"] - noon for it in first["events"]] == [20, 11]
    assert [it["timestamp"] - noon for it in second["events"]] == [10, 1]
    assert [it["message"][:6] for it in matching["events"]] == ["line 2", "line 1"]
    assert {it["logStreamName"] for it in matching["events"]} == {"ecs/app/2"}


@pytest.mark.parametrize(
    "asked",
    [
        {"startFromHead": False},
        {"filterPattern": "status:500"},
        {"filterPattern": "{ $.status >= }"},
        {"logStreamNames": ["a"], "logStreamNamePrefix": "b"},
    ],
)
def test_a_search_that_aws_refuses_is_refused(side, asked):
    group = naming.log_group(ENVIRONMENT.name, side.service)
    assert code_of(side.aws("logs").filter_log_events, logGroupName=group, **asked) == "InvalidParameterException"


def test_a_log_that_is_not_there_is_refused(side):
    logs, group = side.aws("logs"), naming.log_group(ENVIRONMENT.name, side.service)

    asked = {"logGroupName": group, "logStreamName": "nosuch"}
    assert code_of(logs.get_log_events, **asked) == "ResourceNotFoundException"
    assert code_of(logs.filter_log_events, logGroupName="/nosuch") == "ResourceNotFoundException"
    assert code_of(logs.filter_log_events, logGroupName=group, logStreamNames=["nosuch"]) == "ResourceNotFoundException"
    [found, *_] = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["logGroupName"] == group


def test_secrets_are_looked_for_by_name(side):
    ssm, secrets = side.aws("ssm"), side.aws("secretsmanager")
    name = f"/{side.service}/url"
    ssm.put_parameter(Name=name, Value="x", Type="SecureString")
    made = secrets.create_secret(Name=f"{side.service}/stripe", SecretString="x")

    def there(*names: str) -> list[str]:
        filters = [{"Key": "Name", "Option": "Equals", "Values": list(names)}]
        return [it["Name"] for it in ssm.describe_parameters(ParameterFilters=filters)["Parameters"]]

    assert there(name, "/nosuch") == [name]
    assert secrets.describe_secret(SecretId=f"{side.service}/stripe")["ARN"] == made["ARN"]
    assert code_of(secrets.describe_secret, SecretId="nosuch") == "ResourceNotFoundException"


# --- where the local cloud is laxer than AWS, the fake is not ---------------------------------------------------------


def test_an_image_that_is_not_there_is_refused(fake):
    fake.client("ecr").create_repository(repositoryName="web")

    asked = {"repositoryName": "web", "imageIds": [{"imageTag": "nosuch"}]}
    assert code_of(fake.client("ecr").describe_images, **asked) == "ImageNotFoundException"
