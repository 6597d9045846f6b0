"""Every architecture of the gallery on the local cloud: applied by the same program, released, and run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.cost import estimate
from service_catalog.cost.prices import prices
from tests.e2e.platform import GALLERY, Platform, empty_platform

DOCS = Path(__file__).parents[2] / "docs" / "architectures.md"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with empty_platform(tmp_path_factory.mktemp("gallery"), source=GALLERY) as platform:
        platform.seed()
        yield platform


def test_the_gallery_is_a_catalog_without_a_problem():
    catalog = Catalog(GALLERY)

    assert list(map(str, [*catalog.problems(), *catalog.warnings()])) == []
    assert catalog.service_names(naming.LOCAL) == catalog.service_names("prod")


def test_each_entry_says_in_three_lines_when_to_choose_it():
    for file in sorted((GALLERY / "services").glob("*.yaml")):
        lines = file.read_text().splitlines()
        assert [line[:2] for line in lines[1:4]] == ["# "] * 3, file.name
        assert lines[4].startswith("name: "), file.name
        assert lines[1].startswith("# Choose it "), file.name


def test_the_comparison_names_each_with_what_it_costs_by_the_price_table():
    catalog, prod = Catalog(GALLERY), Catalog(GALLERY).environment("prod")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in DOCS.read_text().splitlines() if "| `" in line]
    told = {row[0].strip("`"): row[2] for row in rows}
    services = {it.name: estimate.of_service(it, prod).own for it in catalog.services("prod")}

    assert set(told) == set(services)
    counted = {name: f"{found.low:.0f}–{found.high:.0f}" for name, found in services.items() if found.lines}
    assert {name: told[name].partition(",")[0].partition(" and")[0] for name in counted} == counted
    assert f"list prices of {prices().as_of}" in DOCS.read_text()


def test_every_architecture_is_provisioned_released_and_needs_nothing_more(gallery: Platform):
    done = gallery.up()
    assert {stack: result.ended for stack, result in done.items() if result.status != "done"} == {}

    ends = [gallery.first_release(name) for name in gallery.catalog.service_names(naming.LOCAL)]

    assert [str(end.reason) for end in ends if end.status != "succeeded"] == []
    assert gallery.previews() == {}
