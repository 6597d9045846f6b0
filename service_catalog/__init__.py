"""The ground floor: what services and environments are, as YAML entries, and every name that both sides must know.

``catalog`` opens a directory of entries and answers questions about it. An entry passes ``yaml_text`` (YAML to a
mapping, refused where it is odd; the writer, too), ``files`` (one environment's overrides laid over it, caching, atomic
writes), ``model`` (strict types, with ``patterns``) and ``validation`` (pydantic's errors in our words, checks where
fields meet). ``listener_rules``, ``collisions`` and the lock settle what entries owe each other; ``problems`` is how
all of them complain.

Beside them: ``naming`` is the contract of names, ``arns`` spells what AWS calls the things an entry names,
``fingerprint`` says whether anything changed, ``differences`` what changed, ``env_file`` knows the files that ECS reads
settings from, ``reference`` prints field tables and JSON Schemas, ``messages`` are sentences that the portal
translates.

Nothing here knows AWS, Pulumi or Flask, and nothing here logs: the ground floor raises.
"""

from service_catalog.catalog import Catalog
from service_catalog.listener_rules.lock import Slot
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError, NoSuchEnvironment, NoSuchService, Problem

__all__ = [
    "Catalog",
    "CatalogError",
    "Environment",
    "NoSuchEnvironment",
    "NoSuchService",
    "Problem",
    "Service",
    "Slot",
]
