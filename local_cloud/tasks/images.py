"""Which images exist here, and which program stands for each. Nothing else can be run."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class NoSuchImage(Exception):
    """In the words of the container agent, so that people learn the message they will meet on AWS."""


@dataclass(frozen=True)
class Image:
    repository: str
    """Also stands for every repository whose name goes on after a dash or slash."""
    argv: tuple[str, ...]
    tags: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """What the image itself sets, as a Dockerfile's ENV does."""
    is_public: bool = False
    """Comes from its makers' registry, so it is not shown in ECR."""
    takes_command: bool = False
    """Whether a definition's ``entryPoint`` and ``command`` are handed to the program as its arguments. They never
    replace the program."""

    def serves(self, repository: str) -> bool:
        return re.match(re.escape(self.repository) + r"(?:$|[-/])", repository) is not None


@dataclass(frozen=True)
class Found:
    """An image of the table under the name and tag that somebody asked for."""

    image: Image
    repository: str
    tag: str

    @property
    def digest(self) -> str:
        return digest(self.repository, self.tag)


class ImageTable:
    def __init__(self, images: Sequence[Image]):
        self.images = tuple(sorted(images, key=lambda image: len(image.repository), reverse=True))

    def find(self, reference: str) -> Found:
        """``reference`` as in a task definition: with or without registry, by tag or by digest. Raises NoSuchImage."""
        name, _, wanted_digest = reference.partition("@")
        repository, tag = _without_registry(name)
        image = next((image for image in self.images if image.serves(repository)), None)
        if image is None:
            raise NoSuchImage(
                f"pull access denied for {repository}, repository does not exist or may require authorization"
            )
        for known in image.tags:
            if digest(repository, known) == wanted_digest or (not wanted_digest and known == tag):
                return Found(image, repository, known)
        raise NoSuchImage(f"failed to resolve ref {reference}: {reference}: not found")


def digest(repository: str, tag: str) -> str:
    return "sha256:" + hashlib.sha256(f"{repository}:{tag}".encode()).hexdigest()


def _without_registry(name: str) -> tuple[str, str]:
    host, slash, rest = name.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        name = rest
    repository, colon, tag = name.rpartition(":")
    return (repository, tag) if colon else (name, "latest")
