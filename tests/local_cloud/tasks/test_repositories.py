"""Repositories of the image table, in the emulator."""

import pytest

TAGS = {"Key": "slipway:environment", "Value": "local"}


def tags_of(ecr, repository):
    found = ecr.describe_images(repositoryName=repository)["imageDetails"]
    return {tag for image in found for tag in image["imageTags"]}


def test_a_stack_takes_over_the_images_of_the_table_and_makes_their_repository_only_once(aws):
    ecr = aws("ecr")
    before = tags_of(ecr, "pricing")

    made = ecr.create_repository(repositoryName="pricing", imageTagMutability="IMMUTABLE", tags=[TAGS])

    assert made["repository"]["imageTagMutability"] == "IMMUTABLE"
    assert tags_of(ecr, "pricing") == before != set()
    with pytest.raises(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName="pricing", tags=[TAGS])
