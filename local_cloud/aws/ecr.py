"""ECR: repositories, how long their images stay, and who else may pull them."""

from typing import Any

from local_cloud.aws.kind import Call, Kind, Look, Named

REPOSITORY = {"repositoryName": "{repository}"}
LIFECYCLE = Call("put_lifecycle_policy", REPOSITORY, names={"lifecyclePolicyText": "policy"})
POLICY = Call("set_repository_policy", REPOSITORY, names={"policyText": "policy"})


def encrypted(properties: dict[str, Any]) -> dict[str, Any]:
    [said] = properties.get("encryptionConfigurations") or [None]
    rest = {prop: value for prop, value in properties.items() if prop != "encryptionConfigurations"}
    return {**rest, "encryptionConfiguration": said} if said else rest


KINDS = [
    Kind(
        "aws:ecr/repository:Repository",
        "ecr",
        create=Call("create_repository", names={"repositoryName": "name"}, reshape=encrypted),
        made="repository",
        id="repositoryName",
        look=Look("describe_repositories", {"repositoryNames": ["{id}"]}, "repositories[0]"),
        find=Look("describe_repositories", {"repositoryNames": ["{name}"]}, "repositories[0]"),
        updates=(
            Call("put_image_tag_mutability", {"repositoryName": "{id}"}),
            Call("put_image_scanning_configuration", {"repositoryName": "{id}"}),
        ),
        # Without `forceDelete` AWS, and MiniStack, refuse one that holds images.
        delete=Call("delete_repository", {"repositoryName": "{id}"}),
        fixed="encryptionConfigurations name",
        local="forceDelete",
        named=Named(longest=256, lower=True),
        tags="{arn}",
        outputs={"arn": "repositoryArn", "registryId": "registryId", "repositoryUrl": "repositoryUri"},
    ),
    Kind(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "ecr",
        create=LIFECYCLE,
        id="{repository}",
        look=Look("get_lifecycle_policy", {"repositoryName": "{id}"}),
        updates=(LIFECYCLE,),
        delete=Call("delete_lifecycle_policy", {"repositoryName": "{id}"}),
        fixed="repository",
        outputs={"registryId": "registryId"},
    ),
    Kind(
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "ecr",
        create=POLICY,
        id="{repository}",
        look=Look("get_repository_policy", {"repositoryName": "{id}"}),
        updates=(POLICY,),
        delete=Call("delete_repository_policy", {"repositoryName": "{id}"}),
        fixed="repository",
        outputs={"registryId": "registryId"},
    ),
]
