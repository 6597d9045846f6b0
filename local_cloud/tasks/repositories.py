"""The image table as repositories in ECR, for whoever asks there which tags exist.

In AWS a service's stack may make its repository; here the images are there before it. So a repository of the table is
nobody's until a stack makes it, which then takes over the images that are in it.
"""

from typing import Any

from local_cloud.tasks.images import Image, ImageTable, digest


def install(ecr: Any, table: ImageTable) -> None:
    create, names = ecr._create_repository, {image.repository for image in _shown(table)}

    def taking_over(data: dict[str, Any]) -> Any:
        name = data.get("repositoryName")
        known = ecr._repositories.get(name) if name in names else None
        if known is None or known["tags"]:  # whatever a stack makes bears tags
            return create(data)
        images = ecr._images[name]
        del ecr._repositories[name]
        answer = create(data)
        ecr._images[name] = images
        return answer

    ecr._create_repository = taking_over


def seed(ecr: Any, table: ImageTable) -> None:
    """What is there stays."""
    for image in _shown(table):
        if image.repository not in ecr._repositories:
            ecr._create_repository({"repositoryName": image.repository})
        for tag in image.tags:
            _push(ecr, image.repository, tag)


def _shown(table: ImageTable) -> list[Image]:
    return [image for image in table.images if not image.is_public]


def _push(ecr: Any, repository: str, tag: str) -> None:
    known = {name for image in ecr._images[repository] for name in image["imageTags"]}
    if tag not in known:
        pushed = {"repositoryName": repository, "imageTag": tag, "imageDigest": digest(repository, tag)}
        ecr._put_image(pushed | {"imageManifest": '{"schemaVersion": 2}'})
