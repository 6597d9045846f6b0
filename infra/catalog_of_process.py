"""The catalog as programs read it: those that one process runs read the environment and the lock once, and again when
the file has changed."""

from functools import cache
from pathlib import Path

from service_catalog.catalog import Catalog


def catalog_of_process() -> Catalog:
    return _kept(Catalog.at(None).directory)


@cache
def _kept(directory: Path) -> Catalog:
    return Catalog(directory)
