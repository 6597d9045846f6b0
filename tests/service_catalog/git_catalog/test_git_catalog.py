"""A change is one commit in the name of who made it, or nothing of it is there."""

import shutil

import pytest

from service_catalog.catalog import Catalog
from service_catalog.changes import Change
from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.git_catalog.commands import GitFailed
from service_catalog.git_catalog.proposals import proposals
from service_catalog.problems import EntryChanged
from tests.service_catalog.git_catalog.conftest import ME, added, an_entry, git


def untouched(company):
    """Whether the portal's clone is as it was, without work trees of its own left behind."""
    trees = git(company.clone, "worktree", "list").splitlines()
    return len(trees) == 1 and git(company.clone, "status", "--porcelain") == ""


def test_a_change_is_one_commit_in_the_persons_name_with_its_slot(company):
    written = company.writer().write(added("basket"), ME)

    assert company.log("%an <%ae>|%cn|%s")[0] == "Sato Yui <sato@example.com>|Sato Yui|basket: registered"
    assert git(company.remote, "show", "--name-only", "--format=", "main").splitlines() == [
        "platform/lock.yaml",
        "platform/services/basket.yaml",
    ]
    assert written.commit == company.log("%H")[0]
    assert company.catalog.service_names("dev") == ["basket", "orders"]
    assert company.catalog.problems() == []
    assert untouched(company)


def test_what_others_pushed_meanwhile_stays(company):
    writer = company.writer()
    company.their_catalog().add("sales", an_entry("sales"))
    company.they_push("sales: registered")

    writer.write(added("basket"), ME)

    assert company.log("%s") == ["basket: registered", "sales: registered", "begin"]
    assert company.catalog.service_names("dev") == ["basket", "orders", "sales"]
    assert company.catalog.problems() == []


def test_an_entry_that_others_changed_and_pushed_is_told_and_nothing_is_written(company):
    writer, base = company.writer(), an_entry("orders")
    company.their_catalog().replace("orders", an_entry("orders", "/theirs"), base)
    company.they_push("orders: another path")

    with pytest.raises(EntryChanged) as refused:
        writer.write(Change("orders", an_entry("orders", "/mine"), base, "mine"), ME)

    assert refused.value.text == an_entry("orders", "/theirs")
    assert company.log("%s") == ["orders: another path", "begin"]
    assert untouched(company)


def test_who_pushes_between_fetch_and_push_does_not_stop_it(company):
    company.hook(
        company.clone / ".git",
        "post-commit",
        f"cd {company.theirs} && unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE && [ ! -e once ] && touch once && "
        "git add --all && git -c user.name=x -c user.email=x@x commit -qm between && "
        "git push -q origin HEAD:main; true",
    )

    company.writer().write(added("basket"), ME)

    assert company.log("%s") == ["basket: registered", "between", "begin"]
    assert untouched(company)


def test_a_change_waits_on_a_branch_of_its_own_until_it_is_merged(company):
    writer = company.writer("branch")

    written = writer.write(added("basket"), ME)

    assert written.branch.startswith("slipway/basket-")
    assert company.log("%s") == ["begin"]
    assert company.log("%s", written.branch) == ["basket: registered", "begin"]
    assert company.catalog.service_names("dev") == ["orders"]
    [proposed] = proposals(writer)
    assert (proposed.branch, proposed.who, proposed.services) == (written.branch, "Sato Yui", ("basket",))


@pytest.mark.parametrize("merge", [["merge", "--quiet"], ["merge", "--quiet", "--squash"]], ids=["merged", "squashed"])
def test_what_is_merged_is_proposed_no_more(company, merge):
    writer = company.writer("branch")
    written = writer.write(added("basket"), ME)
    company.their_catalog()
    git(company.theirs, *merge, f"origin/{written.branch}")
    if "--squash" in merge:
        git(company.theirs, "commit", "--quiet", "--message", "basket (#1)")
    git(company.theirs, "push", "--quiet", "origin", "HEAD:main")

    writer.follow()

    assert proposals(writer) == []
    assert company.catalog.service_names("dev") == ["basket", "orders"]


def test_a_push_that_is_refused_is_told_and_nothing_of_it_is_there(company):
    company.hook(company.remote, "pre-receive", "echo main is protected >&2; exit 1")

    with pytest.raises(GitFailed, match=r"the push was refused: .*main is protected"):
        company.writer().write(added("basket"), ME)

    assert company.log("%s") == ["begin"]
    assert company.catalog.service_names("dev") == ["orders"]
    assert untouched(company)


def test_a_hook_that_refuses_the_commit_is_told(company):
    company.hook(company.clone / ".git", "commit-msg", "echo name a ticket >&2; exit 1")

    with pytest.raises(GitFailed, match="the commit was refused, by a hook perhaps: name a ticket"):
        company.writer().write(added("basket"), ME)

    assert untouched(company)


def test_a_remote_that_is_gone_is_told(company):
    writer = company.writer()
    shutil.rmtree(company.remote)

    with pytest.raises(GitFailed, match="the remote origin cannot be asked"):
        writer.write(added("basket"), ME)

    assert untouched(company)


def test_credentials_in_the_remotes_address_are_not_told(company):
    git(company.clone, "remote", "set-url", "origin", "http://robot:s3cret@127.0.0.1:9/x.git")

    with pytest.raises(GitFailed) as refused:
        company.writer().write(added("basket"), ME)

    assert "127.0.0.1:9" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_pushed_change_counts_though_the_portals_copy_cannot_follow(company):
    (company.clone / "platform" / "lock.yaml").write_text("# somebody edits here\n")

    written = company.writer().write(added("basket"), ME)

    assert company.log("%s")[0] == "basket: registered"
    assert "this portal's copy cannot follow" in written.note
    assert (company.clone / "platform" / "lock.yaml").read_text() == "# somebody edits here\n"


def test_without_a_remote_the_commit_is_on_the_default_branch(company):
    git(company.clone, "remote", "remove", "origin")

    company.writer().write(added("basket"), ME)

    assert git(company.clone, "log", "--format=%s", "main").splitlines() == ["basket: registered", "begin"]
    assert company.catalog.service_names("dev") == ["basket", "orders"]
    assert untouched(company)


def test_an_entry_leaves_by_a_commit_and_its_slot_stays_marked(company):
    company.writer().write(Change("orders", None, an_entry("orders"), "orders: retired"), ME)

    assert company.catalog.service_names("dev") == []
    assert [service for _environment, service, _slots in company.catalog.left_slots()] == ["orders"]


def test_a_catalog_in_no_repository_is_told(company, tmp_path):
    shutil.copytree(company.clone / "platform", tmp_path / "plain")

    with pytest.raises(GitFailed, match="is in no Git repository"):
        GitCatalog(Catalog(tmp_path / "plain"), "commit")


@pytest.mark.parametrize("way", ["commit", "branch"])
def test_a_slot_that_an_up_freed_here_goes_along_with_the_next_change(company, way):
    company.writer().write(Change("orders", None, an_entry("orders"), "orders: retired"), ME)
    company.catalog.free_slots("dev", ["orders"])

    written = company.writer(way).write(added("basket"), ME)

    assert "orders" not in git(company.remote, "show", f"{written.commit}:platform/lock.yaml")
    assert company.catalog.left_slots() == []
    company.writer().follow()
    assert company.catalog.left_slots() == []


def test_the_clone_follows_past_a_slot_that_an_up_freed_here(company):
    company.writer().write(Change("orders", None, an_entry("orders"), "orders: retired"), ME)
    company.catalog.free_slots("dev", ["orders"])
    company.their_catalog().add("sales", an_entry("sales"))
    company.they_push("sales: registered")

    company.writer().follow()

    assert company.catalog.service_names("dev") == ["sales"]
    assert company.catalog.left_slots() == []
