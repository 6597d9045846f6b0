"""ECR: repositories and their tags."""

import hashlib
from typing import Any

from tests.fake_aws.service import AwsService, next_page, page, refused


class Ecr(AwsService):
    name = "ecr"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.repositories: dict[str, dict[str, dict[str, Any]]] = {}
        """Images by digest, by repository"""

    def create_repository(self, repositoryName: str) -> None:
        if repositoryName in self.repositories:
            raise refused("RepositoryAlreadyExistsException", f"The repository {repositoryName} already exists")
        self.repositories[repositoryName] = {}

    def describe_repositories(self, repositoryNames: list[str]) -> dict[str, Any]:
        for name in repositoryNames:
            self._repository(name)
        return {"repositories": [{"repositoryName": name} for name in repositoryNames]}

    def put_image(self, repositoryName: str, imageManifest: str, imageTag: str) -> None:
        images = self._repository(repositoryName)
        digest = f"sha256:{hashlib.sha256(imageManifest.encode()).hexdigest()}"
        for image in images.values():
            image["imageTags"] = [tag for tag in image["imageTags"] if tag != imageTag]
        image = images.setdefault(digest, {"imageDigest": digest, "imageTags": [], "imagePushedAt": self.aws.now})
        image["imageTags"].append(imageTag)

    def describe_images(
        self,
        repositoryName: str,
        registryId: str = "",
        imageIds: list[dict[str, str]] | None = None,
        filter: dict[str, str] | None = None,
        nextToken: str | None = None,
        maxResults: int = 100,
    ) -> dict[str, Any]:
        images = self._repository(repositoryName)
        if imageIds:
            return {"imageDetails": [self._find(images, wanted) for wanted in imageIds]}
        tagged_only = (filter or {}).get("tagStatus") == "TAGGED"
        wanted = [image for image in images.values() if image["imageTags"] or not tagged_only]
        some, token = page(wanted, nextToken, maxResults)
        return {"imageDetails": some, **next_page("nextToken", token)}

    def _repository(self, name: str) -> dict[str, dict[str, Any]]:
        if name not in self.repositories:
            raise refused("RepositoryNotFoundException", f"The repository with name '{name}' does not exist")
        return self.repositories[name]

    def _find(self, images: dict[str, dict[str, Any]], wanted: dict[str, str]) -> dict[str, Any]:
        for image in images.values():
            if wanted.get("imageDigest") == image["imageDigest"] or wanted.get("imageTag") in image["imageTags"]:
                return image
        raise refused("ImageNotFoundException", f"The image with imageId {wanted} does not exist")
