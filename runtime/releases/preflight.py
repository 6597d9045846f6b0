"""What a release checks before it touches anything: roles, image, env objects, secrets.

A problem stops the release. A note says what could not be looked at, because the credentials may not or the registry is
somebody else's: the release goes on, and ECS will tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.aws import task_definitions
from runtime.aws.ecr_images import Images, Presence
from runtime.aws.errors import Denied, lacking
from runtime.aws.secret_store import SecretStore
from runtime.aws.task_definitions import Definition
from runtime.bucket.env_files import EnvFiles
from runtime.releases import rights
from service_catalog import image_references, naming
from service_catalog.arns import role_arn
from service_catalog.messages import say
from service_catalog.model import Environment


@dataclass
class Findings:
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Preflight:
    def __init__(self, secrets: SecretStore, env_files: EnvFiles, images: Images, environment: Environment):
        self._secrets, self._env_files, self._images, self._environment = secrets, env_files, images, environment

    def check(self, service: str, document: Definition, entry: Mapping[str, Any] | None) -> Findings:
        """``document`` is what would be registered, ``entry`` what the roles were made from, where that is known."""
        found = Findings(problems=wrong_roles(self._environment, service, document))
        if entry:
            lacking = rights.missing(document, service, entry, self._environment)
            found.problems += [right.problem for right in lacking]
        self._check_image(document, found)
        self._check_images_beside(document, found)
        self._check_env_versions(service, document, found)
        for source in task_definitions.secret_sources(document):
            self._check_secret(source, found)
        return found

    def _check_image(self, document: Definition, found: Findings) -> None:
        image = task_definitions.app_container(document)["image"]
        if image_references.is_placeholder(image):
            return
        look = self._images.look(image)
        if look.presence is Presence.MISSING:
            found.problems.append(say("image: %(note)s", note=look.note))
        if look.presence is Presence.UNKNOWN:
            found.notes.append(say("image: %(note)s", note=look.note))

    def _check_images_beside(self, document: Definition, found: Findings) -> None:
        """Of sidecars. They come from wherever their makers publish them, which is no news at every release."""
        for container in document["containerDefinitions"]:
            if container["name"] != naming.CONTAINER:
                look = self._images.look(container["image"])
                if look.presence is Presence.MISSING:
                    note = look.note
                    found.problems.append(
                        say("image of %(container)s: %(note)s", container=container["name"], note=note)
                    )

    def _check_env_versions(self, service: str, document: Definition, found: Findings) -> None:
        handed_over = task_definitions.named_keys(document)
        for file, version in task_definitions.env_versions(document, service).items():
            if not self._env_files.exists(service, file, version):
                there = self._env_files.numbers(service, file)
                lacks = lacking(file, say("version"), version, there)
                found.problems.append(say("env: %(lacking)s", lacking=lacks))
                continue
            if waiting := [key for key in self._env_files.moved(service, file, version) if key not in handed_over]:
                found.problems.append(
                    say(
                        "env: v%(version)s of %(file)s.env has %(keys)s no longer, which became secrets, and this "
                        "definition does not hand them over yet; provision the service first",
                        version=version,
                        file=file,
                        keys=", ".join(waiting),
                    )
                )

    def _check_secret(self, source: str, found: Findings) -> None:
        try:
            if not self._is_there(source):
                found.problems.append(
                    say("secret: %(name)s does not exist; create it, or drop it in the catalog", name=_readable(source))
                )
        except Denied:
            found.notes.append(say("secret: these credentials may not look at %(name)s", name=_readable(source)))

    def _is_there(self, source: str) -> bool:
        """An ARN leaves open how a name began, so either will do."""
        name = _readable(source)
        if _is_secrets_manager(source):
            return any(self._secrets.has_secret(id) for id in (":".join(source.split(":")[:7]), name))
        return self._secrets.has_parameter(name)


def wrong_roles(environment: Environment, service: str, document: Definition) -> list[str]:
    """A release may only run as the service itself, whatever the definition says."""
    expected = {
        "executionRoleArn": role_arn(environment, naming.execution_role(environment.name, service)),
        "taskRoleArn": role_arn(environment, naming.task_role(environment.name, service)),
    }
    return [
        say(
            "%(member)s: must be %(arn)s, got %(role)s; provision the service again",
            member=member,
            arn=arn,
            role=document.get(member),
        )
        for member, arn in expected.items()
        if document.get(member) != arn
    ]


def _is_secrets_manager(source: str) -> bool:
    return source.startswith("arn:") and source.split(":")[2] == "secretsmanager"


def _readable(source: str) -> str:
    """The name that people gave it."""
    if not source.startswith("arn:"):
        return source
    rest = source.split(":")[5:]
    if _is_secrets_manager(source):
        return rest[1]
    path = rest[0].removeprefix("parameter")
    return path if path.count("/") > 1 else path.removeprefix("/")
