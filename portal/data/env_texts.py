"""The env files of a service as texts, and what the container would get of them otherwise.

Everything is decided on the effective settings: the catalog's entry comes first, then the files in their order.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from portal.context import portal
from portal.data import service_view
from portal.text.language import _
from runtime.aws.errors import Absent
from runtime.bucket.env_files import EnvFiles
from service_catalog import env_file
from service_catalog.env_file import KeyChange
from service_catalog.model import Service
from service_catalog.problems import CatalogError
from service_catalog.validation.settings_checks import set_by_features


def gateway(environment: str) -> EnvFiles:
    return portal().gateways(environment).env_files


def entry_with(environment: str, service: str, file: str) -> Service:
    """Only files that the catalog gives the service: a release would never read any other. Raises Absent."""
    entry = portal().catalog.service(service, environment)
    if file not in entry.env_files:
        raise Absent(_("%(service)s has no env file %(file)s", service=service, file=file))
    return entry


def text_of(env_files: EnvFiles, service: str, file: str, number: int) -> str:
    """Of a version; empty for version 0, which is none."""
    return (env_files.read(service, file, number).text or "") if number else ""


def live_env(environment: str, service: str) -> Mapping[str, int]:
    """The versions that run, or ran last, by file."""
    return service_view.facts(environment, service).value.live_env


def beside(environment: str, entry: Service, file: str) -> dict[str, str]:
    """Of the service's other files, by name: what runs, else what would."""
    env_files, live = gateway(environment), live_env(environment, entry.name)
    others = [it for it in entry.env_files if it != file]
    numbers = {it: live.get(it) or max(env_files.numbers(entry.name, it), default=0) for it in others}
    return {it: text_of(env_files, entry.name, it, number) for it, number in numbers.items()}


def changes(entry: Service, before: Mapping[str, str], after: Mapping[str, str]) -> list[KeyChange]:
    """What the container would get otherwise, of all files together."""
    old, new = ([texts[file] for file in entry.env_files] for texts in (before, after))
    masked = [is_sensitive(entry, file) for file in entry.env_files]
    return env_file.effective_diff(old, new, set_by_entry(entry), masked)


def is_sensitive(entry: Service, file: str) -> bool:
    """Its values are masked, and shown one at a time."""
    return file in entry.sensitive_env_files


def masked_files(environment: str, service: str, files: Iterable[str], kept: Mapping[str, Any] | None) -> set[str]:
    """Of these, by the catalog or by the entry that a record kept. All of them where neither can be read: what is not
    known to be harmless is not shown."""
    marked = set(kept.get("sensitive_env_files", ())) if kept is not None else None
    with suppress(CatalogError):
        marked = (marked or set()) | set(portal().catalog.service(service, environment).sensitive_env_files)
    return set(files) if marked is None else {file for file in files if file in marked}


def handed_over(entry: Service) -> list[str]:
    """Keys of its secrets that the container gets."""
    return [key for key, secret in entry.secrets.items() if not secret.retired]


def moved(environment: str, service: str, before: str, after: str) -> list[str]:
    """Keys whose lines go because the catalog has them as secrets, provisioned or not."""
    gone = env_file.parse(before).keys() - env_file.parse(after).keys()
    return [key for key in handed_over(portal().catalog.service(service, environment)) if key in gone]


def features_of(entry: Service) -> dict[str, str]:
    """By the key that it sets, a field of the entry."""
    return {variable: field for field, variable in set_by_features(entry)}


def set_by_entry(entry: Service) -> set[str]:
    """Keys over which no file has a say."""
    return {*entry.environment, *handed_over(entry), *features_of(entry)}
