"""What the container gets besides one env file: each key with its value, where it is set, and which of the two wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from portal.data import env_texts
from service_catalog import env_file
from service_catalog.env_file.changes import MASK
from service_catalog.env_file.keys import SET_BY_ECS
from service_catalog.env_file.secrets import is_suspect
from service_catalog.model import Secret, Service

Place = Literal["environment", "secret", "feature", "file", "ecs"]


@dataclass(frozen=True)
class Elsewhere:
    key: str
    place: Place
    where: str
    """The secret's name, the field of the entry, or the file; empty where the place says it all"""
    value: str | None
    """None where it is not known before it runs, MASK where nobody is to read it here"""
    wins: bool
    """Over this file"""


def of(entry: Service, file: str, others: Mapping[str, str]) -> list[Elsewhere]:
    """By key, and for a key that is set in several places the one that wins first. ``others``: texts by file."""
    found = [*_of_entry(entry), *_of_files(entry, file, others)]
    found += [Elsewhere(key, "ecs", "", None, True) for key in sorted(SET_BY_ECS)]
    return found


def _of_entry(entry: Service) -> Iterator[Elsewhere]:
    for key, value in entry.environment.items():
        yield Elsewhere(key, "environment", "", _shown(key, value), True)
    for key in env_texts.handed_over(entry):
        yield Elsewhere(key, "secret", reference(entry.secrets[key]), MASK, True)
    for key, field in env_texts.features_of(entry).items():
        yield Elsewhere(key, "feature", field, None, True)


def _of_files(entry: Service, file: str, others: Mapping[str, str]) -> Iterator[Elsewhere]:
    here = entry.env_files.index(file)
    for place, name in enumerate(entry.env_files):
        for key, value in env_file.parse(others.get(name, "")).items():
            shown = MASK if env_texts.is_sensitive(entry, name) else _shown(key, value)
            yield Elsewhere(key, "file", f"{name}.env", shown, place < here)


def reference(secret: Secret) -> str:
    """Where it is kept, short: names, never a value."""
    if secret.ssm:
        return f"SSM {secret.ssm}"
    return f"Secrets Manager {secret.secretsmanager}" + (f", {secret.key}" if secret.key else "")


def _shown(key: str, value: str) -> str:
    return MASK if is_suspect(key, value) else value
