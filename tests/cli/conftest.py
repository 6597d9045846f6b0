import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from cli import log_lines
from cli.app import main

ENTRY = {"owner": "us", "image": {"repository": "demo"}, "port": 80, "environments": {"dev": {}}}


@dataclass
class Slipway:
    """``slipway`` over a catalog of its own and a state directory in which nothing runs."""

    catalog: Path
    state: Path

    def __call__(self, *words: str, stdin: str | None = None) -> Result:
        environment = {"SLIPWAY_CATALOG": str(self.catalog), "SLIPWAY_STATE": str(self.state), "PATH": "/nowhere"}
        return CliRunner().invoke(main, list(words), env=environment, input=stdin, prog_name="slipway")

    def json(self, *words: str) -> object:
        return json.loads(self(*words).stdout)

    def write_service(self, name: str, **changes: object) -> None:
        path = self.catalog / "services" / f"{name}.yaml"
        path.write_text(yaml.safe_dump({"name": name, **ENTRY, **changes}, sort_keys=False))

    def write_environment(self, name: str, **changes: object) -> None:
        entry = {"name": name, "account_id": "000000000000", "region": "ap-northeast-1"}
        (self.catalog / "environments" / f"{name}.yaml").write_text(yaml.safe_dump(entry | changes))


@pytest.fixture(autouse=True)
def silence_afterwards() -> Iterator[None]:
    """`--log` lasts as long as its process, which here is that of many tests."""
    levels = {name: logging.getLogger(name).level for name in log_lines.OWN}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    root = logging.getLogger()
    for handler in [it for it in root.handlers if isinstance(it, log_lines.Stderr)]:
        root.removeHandler(handler)


@pytest.fixture
def slipway(tmp_path: Path) -> Slipway:
    catalog = tmp_path / "catalog"
    for kind in ("services", "environments"):
        (catalog / kind).mkdir(parents=True)
    made = Slipway(catalog, tmp_path / "state")
    made.write_environment("dev")
    made.write_environment("local")
    made.write_service("orders")
    return made
