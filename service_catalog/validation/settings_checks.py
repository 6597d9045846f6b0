"""Rules for what a service is handed: variables, secrets and env files."""

import re
from collections.abc import Iterator

from service_catalog.arns import is_arn
from service_catalog.env_file.keys import SET_BY_ECS
from service_catalog.messages import say
from service_catalog.model import Secret, Service, Sets
from service_catalog.problems import for_message
from service_catalog.sidecars import set_for_program
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

PARAMETER_LEVELS_MAX = 15
"""Slashes in the name of an SSM parameter"""


@about("environment", "secrets")
def _reserved_variables(service: Service) -> Iterator[Fault]:
    for field, names in (("environment", service.environment), ("secrets", service.secrets)):
        for name in names:
            if name in SET_BY_ECS:
                yield Fault((field, name), say("is set by ECS itself"), say("choose another name"))


_SET_BY_FEATURES = [
    (feature, it.variable)
    for feature, info in Service.model_fields.items()
    for it in info.metadata
    if isinstance(it, Sets)
]


def set_by_features(service: Service) -> Iterator[tuple[str, str]]:
    """By which field of the entry, and which variable."""
    yield from ((feature, variable) for feature, variable in _SET_BY_FEATURES if getattr(service, feature))
    yield from (("sidecars", variable) for _, variable, _ in set_for_program(service))


@about("environment", "secrets", reads=None)
def _set_by_features(service: Service) -> Iterator[Fault]:
    for feature, variable in set_by_features(service):
        for field, names in (("environment", service.environment), ("secrets", _handed_over(service))):
            if variable in names:
                message = say("is set by `%(field)s` already", field=feature)
                yield Fault((field, variable), message, say("choose another name"))


@about("environment", reads=("secrets",))
def _shadows(service: Service) -> Iterator[Fault]:
    for name in service.environment.keys() & _handed_over(service):
        hint = say("keep one of the two, or mark it `retired`")
        yield Fault(("secrets", name), say("is in `environment` too"), hint)


def _handed_over(service: Service) -> set[str]:
    return {name for name, secret in service.secrets.items() if not secret.retired}


@about("secrets")
def _secrets(service: Service) -> Iterator[Fault]:
    for name, secret in service.secrets.items():
        yield from until_invalid_field(secret_faults(("secrets", name), secret))


_LIKE_A_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")


def secret_faults(path: Path, secret: Secret) -> Iterator[Fault]:
    if (secret.ssm is None) == (secret.secretsmanager is None):
        message, hint = say("must name one of ssm and secretsmanager"), say("write { ssm: /path/to/parameter }")
        yield Fault(path, message, hint)
    elif secret.secretsmanager is None:
        for field in ("key", "stage", "version"):
            if getattr(secret, field) is not None:
                message, hint = say("goes with secretsmanager only"), say("an SSM parameter is taken whole")
                yield Fault((*path, field), message, hint)
    if secret.stage is not None and secret.version is not None:
        yield Fault((*path, "version"), say("cannot be combined with `stage`"), say("keep one of the two"))
    if secret.secretsmanager and not is_arn(secret.secretsmanager) and _LIKE_A_SUFFIX.search(secret.secretsmanager):
        message = say(
            "must not end in a hyphen and six letters or digits, which Secrets Manager takes for its own ending"
        )
        hint = say("give its whole ARN, which ends in six more that Secrets Manager added")
        yield Fault((*path, "secretsmanager"), message, hint)
    if secret.ssm and not is_arn(secret.ssm):
        yield from _parameter((*path, "ssm"), secret.ssm)


def _parameter(path: Path, name: str) -> Iterator[Fault]:
    if "/" not in name:
        return
    better = "/" + "/".join(filter(None, name.split("/")))
    if name != better:
        yield Fault(path, got(say("must be a full path"), for_message(name)), say("write %(meant)s", meant=better))
    levels = better.count("/")
    if levels > PARAMETER_LEVELS_MAX:
        message = say("has %(levels)s levels; SSM takes %(max)s", levels=levels, max=PARAMETER_LEVELS_MAX)
        yield Fault(path, message)


@about("env_files")
def _env_files(service: Service) -> Iterator[Fault]:
    yield from listed_twice(("env_files",), service.env_files)


@about("sensitive_env_files", reads=("env_files",))
def _sensitive_env_files(service: Service) -> Iterator[Fault]:
    yield from listed_twice(("sensitive_env_files",), service.sensitive_env_files)
    for index, file in enumerate(service.sensitive_env_files):
        if file not in service.env_files:
            message = say("%(file)s is not among `env_files`", file=file)
            yield Fault(("sensitive_env_files", index), message, say("add it there, or take it out here"))


SETTINGS_RULES: tuple[Rule, ...] = (
    _reserved_variables,
    _set_by_features,
    _shadows,
    _secrets,
    _env_files,
    _sensitive_env_files,
)
