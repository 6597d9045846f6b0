import pytest

from tests.fake_aws.environment import FakeEnvironment
from tests.portal.conftest import ORDERS
from tests.portal.reading import drawn, plain, text_of

FROM = "/local/services/orders-api/releases"
TO = "/dev/services/orders-api/releases"


@pytest.fixture
def in_both(running, catalog) -> FakeEnvironment:
    """The catalog has the service in dev too, with images of its own; release 2 of local is 2.14.0."""
    entry = catalog.directory / "services" / "orders-api.yaml"
    override = "{ image: { repository: orders-api-dev } }"
    entry.write_text(ORDERS.replace("{ local: {} }", f"{{ local: {{}}, dev: {override} }}"))
    catalog.update_lock()
    running.release("orders-api", "2.14.0", why="Split shipping")
    return running


@pytest.fixture
def dev(in_both, aws, catalog) -> FakeEnvironment:
    made = FakeEnvironment(aws, catalog.environment("dev"))
    made.push("orders-api-dev", "2.13.4", "2.14.0")
    made.provision(catalog.service("orders-api", "dev"))
    return made


def test_image_of_a_release_is_promoted_to_another_environment(post, dev):
    review = f"{TO}/new?image=2.14.0&promoted=local:2"
    assert f'href="{review.replace("&", "&amp;")}"' in text_of(post.client, f"{FROM}/2")
    page = text_of(post.client, review)
    assert "This is the image of release 2 of local." in plain(page)
    assert 'value="Release 2 of local: Split shipping"' in page

    post(TO, review, image="2.14.0", promoted="local:2", why="Split shipping", **drawn(post.client, review))

    assert dev.gateways.releases.get("orders-api", 1).image.endswith("/orders-api-dev:2.14.0")


def test_image_that_the_other_registry_lacks_is_told_with_how_it_gets_there(client, dev):
    dev.aws.ecr.repositories["orders-api-dev"].clear()

    page = plain(text_of(client, f"{TO}/new?image=2.14.0&promoted=local:2"))

    assert "does not have the image of release 2 of local. Copy it there, then review again." in page
    assert "crane copy 000000000000.dkr.ecr.ap-northeast-1.amazonaws.com/orders-api:2.14.0" in page


def test_tag_that_is_another_image_there_is_told_with_a_way_to_the_very_one(client, dev):
    dev.aws.client("ecr").put_image(repositoryName="orders-api-dev", imageManifest="other", imageTag="2.14.0")
    [digest] = [it for it, image in dev.aws.ecr.repositories["orders-api"].items() if "2.14.0" in image["imageTags"]]

    page = text_of(client, f"{TO}/new?image=2.14.0&promoted=local:2")

    assert "2.14.0 is another image here than in local." in plain(page)
    assert f"image={digest.replace(':', '%3A')}" in page or f"image={digest}" in page


def test_image_that_cannot_be_compared_is_not_called_the_same(client, dev):
    for image in dev.aws.ecr.repositories["orders-api"].values():
        image["imageTags"].clear()

    page = plain(text_of(client, f"{TO}/new?image=2.14.0&promoted=local:2"))

    assert "Whether it is the same could not be checked" in page
    assert "This is the image" not in page


def test_release_that_failed_is_promoted_nowhere(client, in_both):
    in_both.release("orders-api", "2.13.3", ends="rolled-back")

    assert "Promote its image to dev…" in text_of(client, f"{FROM}/2")
    assert "Promote its image" not in text_of(client, f"{FROM}/3")


@pytest.mark.parametrize("asked", ["local", "nowhere:2", "dev:1", "local:abc"])
def test_origin_that_is_none_is_refused(client, dev, asked):
    answer = client.get(f"{TO}/new?image=2.14.0&promoted={asked}")

    assert answer.status_code == 422
    assert "promoted must be another environment and a release of it" in plain(answer.text)
