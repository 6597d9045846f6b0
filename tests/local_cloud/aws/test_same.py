from typing import Any

import pytest

from local_cloud.aws.same import is_same


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"a": 1, "b": [2]}', '{"b":[2],"a":1}'),
        ([], None),
        ({}, None),
        ("", None),
        (["subnet-1", "subnet-2"], ["subnet-2", "subnet-1"]),
        ("80", 80),
        ("true", True),
        ({"path": "/", "matcher": None}, {"path": "/"}),
    ],
)
def test_these_mean_the_same(old: Any, new: Any):
    assert is_same(old, new)
    assert is_same(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"a": 1}', '{"a": 2}'),
        (False, None),
        (0, None),
        (["a"], ["a", "b"]),
        ([{"a": 1}, {"b": 1}], [{"b": 1}, {"a": 1}]),
        ("{not json", "{nor this"),
        ({"path": "/"}, {"path": "/up"}),
    ],
)
def test_these_differ(old: Any, new: Any):
    assert not is_same(old, new)
    assert not is_same(new, old)
