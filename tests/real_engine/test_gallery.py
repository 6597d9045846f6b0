"""Every architecture of the gallery by both engines: whichever made it, the other one finds nothing to do."""

from collections.abc import Iterator

import pytest

from service_catalog import naming
from service_catalog.catalog import Catalog
from tests.e2e.platform import GALLERY, Platform, empty_platform
from tests.real_engine.cli import Pulumi, needs_pulumi

pytestmark = needs_pulumi

KEPT = f"{naming.LOCAL}.shared-files"
"""Its file system stays when it leaves, and comes back by its id alone"""
STACKS = (naming.LOCAL, *(f"{naming.LOCAL}.{name}" for name in Catalog(GALLERY).service_names(naming.LOCAL)))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with empty_platform(tmp_path_factory.mktemp("gallery"), source=GALLERY) as made:
        done = made.up()
        assert {stack: result.ended for stack, result in done.items() if result.status != "done"} == {}
        yield made


@pytest.mark.parametrize("stack", STACKS)
def test_the_real_one_finds_nothing_to_do_before_and_after_its_refresh(pulumi: Pulumi, stack: str) -> None:
    pulumi.must_find_nothing_to_do(stack)
    pulumi.apply("refresh", stack, "--expect-no-changes")
    pulumi.must_find_nothing_to_do(stack)


def test_the_embedded_one_finds_nothing_to_do_afterwards(platform: Platform) -> None:
    assert platform.previews() == {}


def test_the_real_one_ends_the_gallery_and_makes_it_anew(platform: Platform, pulumi: Pulumi) -> None:
    for stack in [it for it in reversed(STACKS[1:]) if it != KEPT]:
        pulumi.apply("destroy", stack)
        pulumi.apply("up", stack)
        pulumi.must_find_nothing_to_do(stack)
    assert platform.previews() == {}
