"""Which catalog a command means where none is named: for ``local`` the one that the local cloud runs with."""

import os
from pathlib import Path

from local_cloud.cloud import LocalCloud
from service_catalog import naming
from service_catalog.catalog import DIRECTORY_VARIABLE, Catalog


def catalog_of(environment: str, chosen: Path | None, state: Path) -> Catalog:
    """Raises CatalogError."""
    known = LocalCloud(state).status() if chosen is None and environment == naming.LOCAL else None
    at = known.notes.get("catalog") if known else None
    return catalog_at(Path(at) if at else chosen)


def catalog_at(directory: Path | None) -> Catalog:
    """The Pulumi program and child processes learn from the environment which it is. Raises CatalogError."""
    found = Catalog.at(directory)
    os.environ[DIRECTORY_VARIABLE] = str(found.directory)
    return found
