"""The demo's catalog: a repository of its own, made once, that nothing but its owner takes away."""

from pathlib import Path

import pytest

from cli.local_platform.demo_catalog import DemoCatalog
from service_catalog.catalog import Catalog
from service_catalog.changes import Author, Change
from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.git_catalog.proposals import proposals
from tests.service_catalog.git_catalog.conftest import git

SAMPLES = Catalog.at(None)
YUI = Author("Sato Yui", "sato-yui@example.com")


@pytest.fixture
def demo(tmp_path: Path) -> DemoCatalog:
    made = DemoCatalog(tmp_path / "state")
    made.make(SAMPLES)
    return made


def changed(catalog: Catalog) -> Change:
    base = catalog.entry_text("storefront")
    return Change("storefront", base + "# ours\n", base, "storefront: said so")


def test_it_is_the_samples_in_a_repository_with_a_remote(demo):
    assert Catalog(demo.directory).problems() == []
    assert Catalog(demo.directory).service_names("local") == SAMPLES.service_names("local")
    assert git(demo.remote, "log", "--format=%an %s", "main") == "slipway The sample catalog"
    assert git(demo.directory, "status", "--porcelain", "--branch") == "## main...origin/main"
    assert "a Git repository" in demo.said()


def test_what_people_make_of_it_outlives_the_next_start_and_another_place(demo, tmp_path):
    demo.state.rename(tmp_path / "elsewhere")
    moved = DemoCatalog(tmp_path / "elsewhere")
    catalog = Catalog(moved.directory)
    GitCatalog(catalog, "commit").write(changed(catalog), YUI)

    moved.make(SAMPLES)

    assert catalog.entry_text("storefront").endswith("# ours\n")
    assert git(moved.remote, "log", "-1", "--format=%an", "main") == "Sato Yui"


def test_a_change_waits_to_be_merged(demo):
    demo.leave_proposal()
    demo.leave_proposal()  # as after a reset

    [waiting] = proposals(GitCatalog(Catalog(demo.directory), "commit"))
    assert (waiting.services, waiting.who) == (("storefront",), "Ito Haruka")
    assert "cpu_percent: 70" in Catalog(demo.directory).entry_text("storefront")


def test_files_that_somebody_removed_are_cloned_anew(demo):
    catalog = Catalog(demo.directory)
    GitCatalog(catalog, "commit").write(changed(catalog), YUI)
    demo.directory.rename(demo.state / "removed")

    demo.make(SAMPLES)

    assert Catalog(demo.directory).entry_text("storefront").endswith("# ours\n")
    assert demo.is_in_git


def test_without_git_it_is_plain_files_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    demo = DemoCatalog(tmp_path / "state")

    demo.make(SAMPLES)

    assert Catalog(demo.directory).problems() == []
    assert not demo.is_in_git
    assert "plain files, without commits" in demo.said()
