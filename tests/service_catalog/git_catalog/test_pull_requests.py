import pytest

from service_catalog.git_catalog.pull_requests import link


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:acme/platform.git", "https://github.com/acme/platform/compare/main...slipway/x-1?expand=1"),
        (
            "https://robot:secret@github.example.com/acme/platform",
            "https://github.example.com/acme/platform/compare/main...slipway/x-1?expand=1",
        ),
        (
            "ssh://git@gitlab.example.com:2222/group/sub/platform.git",
            "https://gitlab.example.com/group/sub/platform/-/merge_requests/new"
            "?merge_request%5Bsource_branch%5D=slipway/x-1&merge_request%5Btarget_branch%5D=main",
        ),
        (
            "https://bitbucket.org/acme/platform.git",
            "https://bitbucket.org/acme/platform/pull-requests/new?source=slipway/x-1&dest=main",
        ),
        (
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/platform",
            "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/platform"
            "/pull-requests/new/refs/heads/main/.../refs/heads/slipway/x-1?region=eu-west-1",
        ),
        ("/srv/git/platform.git", ""),
        ("https://forge.example.com/acme/platform.git", ""),
    ],
)
def test_address_of_a_new_pull_request_is_that_of_the_host(remote, address):
    assert link(remote, "main", "slipway/x-1") == address


def test_a_host_of_ones_own_has_a_template():
    template = "https://{host}/{repository}/pulls/new/{base}/{branch}"

    assert link("git@forge.example.com:acme/x.git", "main", "slipway/x-1", template) == (
        "https://forge.example.com/acme/x/pulls/new/main/slipway/x-1"
    )
