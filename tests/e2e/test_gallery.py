"""Every architecture of the gallery on the local cloud: applied by the same program, released, and run."""

from collections.abc import Iterator

import pytest

from service_catalog import naming
from service_catalog.catalog import Catalog
from tests.e2e.platform import GALLERY, Platform, empty_platform


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


def test_every_architecture_is_provisioned_released_and_needs_nothing_more(gallery: Platform):
    done = gallery.up()
    assert {stack: result.ended for stack, result in done.items() if result.status != "done"} == {}

    ends = {name: gallery.first_release(name).status for name in gallery.catalog.service_names(naming.LOCAL)}

    assert set(ends.values()) == {"succeeded"}, ends
    assert gallery.previews() == {}
