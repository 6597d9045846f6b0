"""A clone of the catalog, made where there is none yet."""

import pytest

from service_catalog.catalog import Catalog
from service_catalog.changes import Change
from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.git_catalog.clone import clone
from service_catalog.git_catalog.commands import GitFailed
from tests.service_catalog.git_catalog.conftest import ME, an_entry, git


@pytest.fixture
def into(tmp_path):
    return tmp_path / "state" / "catalog"


def test_the_catalog_is_cloned_and_takes_changes(company, into):
    directory = clone(f"{company.remote}#platform", into)

    assert Catalog(directory).service_names("dev") == ["orders"]
    GitCatalog(Catalog(directory), "commit").write(Change("mail", an_entry("mail"), None, "mail: registered"), ME)
    assert "mail" in Catalog(company.their_catalog().directory).service_names("dev")


def test_a_clone_that_is_there_is_taken_with_the_credentials_of_now(company, into):
    directory = clone(f"{company.remote}#platform", into)
    git(into, "remote", "set-url", "origin", "https://old:secret@git.example.com/catalog.git")

    assert clone("https://new:secret@git.example.com/catalog.git#platform", into) == directory
    assert git(into, "remote", "get-url", "origin") == "https://new:secret@git.example.com/catalog.git"


def test_another_repository_is_not_taken_for_it(company, into):
    clone(str(company.remote), into)
    with pytest.raises(GitFailed, match="no clone of that repository"):
        clone(str(company.theirs), into)


def test_what_cannot_be_cloned_leaves_nothing_and_tells_no_credentials(tmp_path, into):
    with pytest.raises(GitFailed) as told:
        clone(f"https://me:s3cret@127.0.0.1:1{tmp_path}/none.git", into)

    assert "s3cret" not in str(told.value)
    assert list(into.parent.iterdir()) == []
