import pytest

from local_cloud.tasks.images import Image, ImageTable, NoSuchImage, digest

TABLE = ImageTable([Image("orders", ("a",), ("1", "latest")), Image("orders-api", ("b",), ("1",))])


@pytest.mark.parametrize(
    ("reference", "repository", "tag"),
    [
        ("orders:1", "orders", "1"),
        ("orders", "orders", "latest"),
        ("000000000000.dkr.ecr.ap-northeast-1.amazonaws.com/orders:1", "orders", "1"),
        ("localhost:5000/orders-eu:1", "orders-eu", "1"),
        ("orders/worker:1", "orders/worker", "1"),
        (f"orders@{digest('orders', '1')}", "orders", "1"),
    ],
)
def test_an_image_is_found_whatever_the_registry(reference, repository, tag):
    found = TABLE.find(reference)
    assert (found.repository, found.tag) == (repository, tag)


def test_the_longest_name_wins():
    assert TABLE.find("orders-api:1").image.argv == ("b",)


@pytest.mark.parametrize("reference", ["ordersx:1", "evil/orders:1", "orders:2", f"orders@{digest('orders', '2')}"])
def test_what_is_not_in_the_table_does_not_exist(reference):
    with pytest.raises(NoSuchImage):
        TABLE.find(reference)
