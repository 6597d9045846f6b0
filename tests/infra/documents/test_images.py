import pytest

from infra.documents.images import ecr_repository_arns
from service_catalog.model import Image
from tests.builders import an_environment

REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"


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


def test_a_short_name_is_in_the_account_that_holds_the_registry_for_all():
    shared = an_environment(registry={"account_id": "222222222222"})
    assert ecr_repository_arns(Image(repository="orders-api"), shared) == [
        OWN,
        "arn:aws:ecr:ap-northeast-1:222222222222:repository/*",
    ]
