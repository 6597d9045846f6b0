"""Reading and checking a catalog against the least that it could cost: libyaml's own loader over the same files.

The catalog has 1,000 services in two environments; the second says something else about each of them, as production
does. So every entry is validated twice, and parsed once.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from benchmarks import company
from benchmarks.rounds import Ratio, by_turns
from service_catalog.catalog import Catalog

SERVICES = 1000
ENVIRONMENTS = ("dev", "prod")
_OVERRIDDEN = "prod: { tasks: { min: 4, max: 12 }, compute: { cpu: 1024, memory_mib: 2048 } }"


def measure() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as directory:
        catalog = _catalog(Path(directory))
        kept = Catalog(catalog.directory)
        files = sorted((catalog.directory / "services").glob("*.yaml"))
        cases: dict[str, Callable[[], Any]] = {
            "libyaml": lambda: [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files],
            "once": lambda: _entries(Catalog(catalog.directory), ENVIRONMENTS[:1]),
            "both": lambda: _entries(Catalog(catalog.directory), ENVIRONMENTS),
            "again": lambda: _entries(kept, ENVIRONMENTS),
        }
        seconds = by_turns(cases, rounds=9, warm_up=1)
        small, large = _unknown(catalog, 1500), _unknown(catalog, 6000)
        posted = by_turns({"small": small, "large": large}, rounds=5, warm_up=1)
    floor = seconds["libyaml"]
    said = f"{floor * 1000:.0f} ms for {SERVICES} files"
    return [
        Ratio(
            "entries of one environment, read and checked / CSafeLoader alone",
            seconds["once"] / floor,
            "at most 1.15",
            said,
        ),
        Ratio("the same in two environments, every entry checked twice", seconds["both"] / floor, "at most 1.15"),
        Ratio("asked again with nothing changed", seconds["again"] / floor, "at most 0.15"),
        Ratio(
            "an entry that names 6,000 environments that there are not / one that names 1,500",
            posted["large"] / posted["small"],
            "at most 6; the square would be 16",
            f"{posted['large']:.2f} s",
        ),
    ]


def _entries(catalog: Catalog, environments: tuple[str, ...]) -> object:
    return [catalog.services(environment) for environment in environments]


def _catalog(directory: Path) -> Catalog:
    catalog = company.write_catalog(directory, SERVICES, ENVIRONMENTS)
    for file in (directory / "services").glob("*.yaml"):
        file.write_text(file.read_text().replace("prod: {}", _OVERRIDDEN))
    return catalog


def _unknown(catalog: Catalog, count: int) -> Callable[[], object]:
    places = "".join(f"  e{number}:\n" for number in range(count))
    text = f"name: x\nowner: team\nimage: {{ repository: x }}\nport: 80\nenvironments:\n{places}"
    empty = Catalog(catalog.directory.parent / "empty")
    for kind in ("services", "environments"):
        (empty.directory / kind).mkdir(parents=True, exist_ok=True)
    return lambda: empty.read_text(text, "x")
