"""What a fresh local cloud needs besides its stacks, so that there is something to see: values for the secrets that the
catalog names, texts for the samples' env files, and a first release of everything. Only what is missing is made."""

import json
import secrets
from collections.abc import Iterable

from cli.local_platform import AT_WORK
from local_cloud.aws.cloud import CallFailed, Cloud
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from runtime.runs import RunRequest
from service_catalog.messages import say
from service_catalog.model import Service

AUTHOR = "slipway"

WAITING, RAN = "search", "report"

SAMPLE_ENV = {
    ("orders-api", "app"): "PAYMENTS_URL=http://payments:8080\nGREETING=Orders\nLOG_LEVEL=info\n",
    ("payments", "app"): "CURRENCY=JPY\nGREETING=Payments\nLOG_LEVEL=info\n",
    ("search", "app"): "LANGUAGES=ja,en\nGREETING=Search\nLOG_LEVEL=info\n",
    ("search", "synonyms"): "SYNONYMS=sneaker:trainer,jumper:sweater\n",
    ("storefront", "app"): "GREETING=Welcome to the storefront\nCOLOR=green\nLOG_LEVEL=info\n",
}
"""First texts by service and file; other env files begin empty."""


def seed_secrets(cloud: Cloud, services: Iterable[Service]) -> None:
    """A made-up value for each secret that the catalog names and nobody has made. A whole ARN is of a real account."""
    named = [secret for service in services for secret in service.secrets.values()]
    for name in _names(secret.ssm for secret in named):
        arguments = {"Name": name, "Value": _made_up(), "Type": "SecureString"}
        _make(cloud, "ssm", "put_parameter", "ParameterAlreadyExists", arguments)
    for name in _names(secret.secretsmanager for secret in named):
        keys = {secret.key for secret in named if secret.secretsmanager == name and secret.key}
        value = json.dumps({key: _made_up() for key in sorted(keys)}) if keys else _made_up()
        _make(
            cloud, "secretsmanager", "create_secret", "ResourceExistsException", {"Name": name, "SecretString": value}
        )


def _names(named: Iterable[str | None]) -> list[str]:
    return sorted({name for name in named if name and not name.startswith("arn:")})


def seed_env_files(gateways: Gateways, services: Iterable[Service]) -> None:
    """Before anybody, `slipway up` included, saved a version."""
    for service in services:
        for file in service.env_files:
            text = SAMPLE_ENV.get((service.name, file))
            if text and not gateways.env_files.numbers(service.name, file):
                gateways.env_files.save(service.name, file, text, base=0, author=AUTHOR, message=say("To begin with"))


def first_release(gateways: Gateways, service: Service) -> ReleaseRequest | None:
    """The first version that the samples have: later ones are left to whoever tries a deploy. None where there is no
    image."""
    tags = gateways.images.tags(gateways.provisioned.read(service.name).image.repository).tags
    numbered = sorted(it.tag for it in tags if it.tag[:1].isdigit() and "-" not in it.tag)
    env = {file: gateways.env_files.numbers(service.name, file)[-1] for file in service.env_files}
    return ReleaseRequest(numbered[0] if numbered else tags[0].tag, env) if tags else None


def leave_work(gateways: Gateways, services: Iterable[Service]) -> None:
    """What a company that is at work leaves for somebody to find: a release that waits for approval, a job that ran.
    Of the samples alone: another catalog's services are released by whoever wrote them."""
    names = {service.name for service in services}
    if RAN in names:
        gateways.runs.start(RAN, RunRequest(AT_WORK, say("To see the numbers before the meeting")))
    first = gateways.releases.waiting(WAITING) if WAITING in names else None
    if first is None:
        return
    gateways.releases.answer(WAITING, first.number, who=AT_WORK)
    if gateways.releases.watch(WAITING, first.number).status == "succeeded":
        why = say("Finds plurals too: to be seen by somebody before customers do")
        gateways.releases.release(WAITING, ReleaseRequest("1.1.0"), who=AT_WORK, why=why)


def _make(cloud: Cloud, service: str, operation: str, there_already: str, arguments: dict[str, str]) -> None:
    try:
        cloud.call(service, operation, **arguments)
    except CallFailed as error:
        if error.code != there_already:
            raise


def _made_up() -> str:
    return f"local-{secrets.token_hex(8)}"
