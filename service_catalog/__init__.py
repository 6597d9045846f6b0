"""The ground floor: what services and environments are, as YAML entries, and every name that both sides must know.

``catalog`` opens a directory of entries and answers questions about it. On the way from text to model, an entry passes
``reading`` (YAML, refused where it is odd), ``overrides`` (one environment's changes laid over it), ``model`` (strict
types), ``sentences`` (what pydantic found, in our words) and ``checks`` (where fields meet; of an entry with faults,
on what is ``legible``). ``routes``, ``collisions`` and ``lock`` settle what entries owe each other; ``problems`` is how
all of them complain. ``file_cache`` and ``saving`` touch files; ``stray_files`` and ``odd_signs`` know common slips.

Beside them: ``naming`` is the contract of names, ``fingerprint`` says whether anything changed, ``env_file`` knows the
files that ECS reads settings from, ``entry_text`` writes YAML as a person would, ``schema`` is for editors, ``saying``
marks sentences that the portal says in other languages.

Nothing here knows AWS, Pulumi or Flask, and nothing here logs: the ground floor raises.
"""

from service_catalog.catalog import Catalog
from service_catalog.listener_rules.lock import Route
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError, NoSuchEnvironment, NoSuchService, Problem

__all__ = [
    "Catalog",
    "CatalogError",
    "Environment",
    "NoSuchEnvironment",
    "NoSuchService",
    "Problem",
    "Route",
    "Service",
]
