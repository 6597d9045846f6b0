import pytest

from local_cloud.engine import paths, values


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("size", ("size",)),
        ("defaultActions[0].forward", ("defaultActions", 0, "forward")),
        ("rules[*].id", ("rules", "*", "id")),
        ('tags["a.b"].c', ("tags", "a.b", "c")),
        ('["a\\"b"]', ('a"b',)),
        ("*", ("*",)),
    ],
)
def test_a_path_reads_as_its_steps(text: str, path: paths.Path) -> None:
    assert paths.parse(text) == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("rules", 0, "id"), "rules[0].id"),
        (("tags", "a.b", 'c"d'), 'tags["a.b"]["c\\"d"]'),
        (("tags", "aws:name"), 'tags["aws:name"]'),
    ],
)
def test_a_path_is_written_as_it_is_read(path: paths.Path, text: str) -> None:
    assert paths.text(path) == text
    assert paths.parse(text) == path


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a",)]),
        ({}, {"a": {"b": 1}}, [("a",)]),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "d": 1}}, [("a", "b"), ("a", "c"), ("a", "d")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}, {"b": 3}]}, [("a", 0, "b"), ("a", 1)]),
        ({"a": [1]}, {"a": []}, [("a", 0)]),
        ({"a": []}, {"a": {}}, [("a",)]),
    ],
)
def test_differences_are_told_as_deep_as_they_lie(old, new, where) -> None:
    assert list(paths.differences(new, old, ("a",))) == where


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("a", "a[0].b", True),
        ("a[*].b", "a[0].b", True),
        ("a[*].b", "a[0].b.c", True),
        ("a[*].b", "a[0]", False),
        ("a[*].b", "a[0].c", False),
        ("*", "a", True),
    ],
)
def test_a_pattern_covers_what_it_names_and_what_lies_in_it(pattern: str, path: str, covered: bool) -> None:
    assert paths.covers(paths.parse(pattern), paths.parse(path)) is covered


def test_what_is_no_path_is_told() -> None:
    with pytest.raises(ValueError, match=r"'rules\[x' is no property path; write one like"):
        paths.parse("rules[x")


def test_numbers_and_secrets_survive_the_wire() -> None:
    plain = {"port": 80, "share": 0.5, "on": True, "list": [{"key": "hush"}], "none": None}
    secrets = frozenset({("list", 0, "key")})

    assert values.from_struct(values.to_struct(plain, secrets)) == (plain, secrets)


def test_a_secret_inside_a_secret_is_one_secret() -> None:
    assert values.inherited({"a": {"b": 1}}, {("a",), ("a", "b"), ("c",)}) == {("a",)}
