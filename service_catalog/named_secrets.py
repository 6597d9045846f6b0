"""Which secrets an entry names, and where: its own, and those of its sidecars."""

from collections.abc import Iterator

from service_catalog.model import Secret, Service
from service_catalog.yaml_text.locations import Path


def named_secrets(service: Service) -> Iterator[tuple[Path, Secret]]:
    for name, secret in service.secrets.items():
        yield ("secrets", name), secret
    for index, sidecar in enumerate(service.sidecars):
        path: Path = ("sidecars", index)
        yield from (((*path, "secrets", name), secret) for name, secret in sidecar.secrets.items())
        if sidecar.api_key:
            yield (*path, "api_key"), sidecar.api_key
