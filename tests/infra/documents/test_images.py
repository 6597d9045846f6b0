import pytest

from infra.documents.images import blank_reference, ecr_repository_arns, repository_uri
from service_catalog.model import Image
from tests.builders import an_environment

REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("repository", "uri"),
    [
        ("orders-api", f"{REGISTRY}/orders-api"),
        ("commerce/orders-api", f"{REGISTRY}/commerce/orders-api"),
        ("docker.io/library/nginx", "docker.io/library/nginx"),
        ("registry:5000/orders", "registry:5000/orders"),
    ],
)
def test_only_a_first_word_that_looks_like_a_host_is_a_registry(repository, uri):
    assert repository_uri(Image(repository=repository), an_environment()) == uri


@pytest.mark.parametrize(
    ("pin", "ending"), [({}, ":unreleased"), ({"tag": "v7"}, ":v7"), ({"digest": DIGEST}, f"@{DIGEST}")]
)
def test_the_definition_names_a_pinned_image_or_a_blank(pin, ending):
    image = Image(repository="orders-api", **pin)
    assert blank_reference(image, an_environment()) == f"{REGISTRY}/orders-api{ending}"


OWN = "arn:aws:ecr:ap-northeast-1:123456789012:repository/*"


@pytest.mark.parametrize("repository", ["orders-api", f"{REGISTRY}/orders-api", "ghcr.io/someone/orders"])
def test_all_of_the_own_registry_may_be_pulled_so_that_a_changed_repository_takes_no_right_away(repository):
    assert ecr_repository_arns(Image(repository=repository), an_environment()) == [OWN]


def test_of_another_account_or_region_only_the_images_own_repository_may_be_pulled():
    image = Image(repository="999999999999.dkr.ecr.eu-west-1.amazonaws.com/shared/base")
    assert ecr_repository_arns(image, an_environment()) == [
        OWN,
        "arn:aws:ecr:eu-west-1:999999999999:repository/shared/base",
    ]
