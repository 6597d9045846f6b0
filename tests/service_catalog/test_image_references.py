import pytest

from service_catalog import image_references

HOST = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("reference", "repository", "short"),
    [
        (f"{HOST}/web-orders:1.2.0", f"{HOST}/web-orders", "1.2.0"),
        ("localhost:5000/orders", "localhost:5000/orders", "orders"),
        ("localhost:5000/orders:1", "localhost:5000/orders", "1"),
        ("orders", "orders", "orders"),
        (f"{HOST}/orders@{DIGEST}", f"{HOST}/orders", DIGEST[:19]),
        (f"{HOST}/orders:1@{DIGEST}", f"{HOST}/orders", DIGEST[:19]),
    ],
)
def test_a_reference_is_taken_apart(reference, repository, short):
    assert image_references.repository(reference) == repository
    assert image_references.short(reference) == short


def test_only_the_placeholder_is_one():
    assert image_references.is_placeholder(f"{HOST}/orders:unreleased")
    assert not image_references.is_placeholder(f"{HOST}/orders:1")
