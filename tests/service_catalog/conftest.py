"""A catalog of one's own: two environments and whatever services a test writes into it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from service_catalog import Catalog
from service_catalog.problems import Problem

ENTRY = """\
name: {name}
owner: team-commerce
image: {{ repository: {name} }}
port: 8080
exposure: {{ audience: public, paths: [{paths}] }}
environments: {{ dev: {{}}, prod: {{}} }}
"""


def entry(name: str, paths: str | None = None) -> str:
    return ENTRY.format(name=name, paths=paths or f"/{name}, /{name}/*")


def said(problems: Iterable[Problem]) -> list[str]:
    return list(map(str, problems))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    for kind in ("services", "environments"):
        (tmp_path / kind).mkdir()
    for name in ("dev", "prod"):
        text = f'name: {name}\naccount_id: "123456789012"\nregion: ap-northeast-1\n'
        (tmp_path / "environments" / f"{name}.yaml").write_text(text)
    return Catalog.at(tmp_path)


@pytest.fixture
def write(catalog: Catalog) -> Callable[[str, str], None]:
    def write_service(name: str, text: str) -> None:
        (catalog.directory / "services" / f"{name}.yaml").write_text(text)

    return write_service
