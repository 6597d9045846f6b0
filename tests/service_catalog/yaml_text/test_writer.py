import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.yaml_text.reader import read_mapping
from service_catalog.yaml_text.writer import render, scalar

words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "no",
            "0123",
            "~",
            "",
            " x",
            "a: b",
            "a #b",
            "- a",
            "[a]",
            "1.10",
            "12:30",
            "---",
            "a:",
            "\x85",
            "\ufeff",
            "{",
            "0?",
            "=",
            "<<",
            "2026-11-21",
        ]
    ),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


def test_an_entry_reads_as_a_person_would_write_it():
    entry = {
        "environments": {"dev": {}, "prod": {"tasks": {"min": 4}}},
        "port": 8080,
        "name": "stock-api",
        "description": "Tells how many are left: all of them",
        "image": {"repository": "stock-api", "tag": "1.10"},
        "health": {"path": "/healthz"},
        "exposure": {"audience": "public", "paths": ["/stock", "/stock/*"]},
        "environment": {"DEBUG": "no", "LEVEL": "info"},
        "env_files": ["app"],
        "secrets": {"URL": {"ssm": "/a/b"}},
        "permissions": [{"bucket": "b", "access": "read"}],
    }
    assert render(entry) == (
        "name: stock-api\n"
        'description: "Tells how many are left: all of them"\n'
        "image:\n"
        "  repository: stock-api\n"
        '  tag: "1.10"\n'
        "port: 8080\n"
        "health: { path: /healthz }\n"
        "exposure:\n"
        "  audience: public\n"
        "  paths: [/stock, /stock/*]\n"
        "environment:\n"
        '  DEBUG: "no"\n'
        "  LEVEL: info\n"
        "env_files: [app]\n"
        "secrets:\n"
        "  URL: { ssm: /a/b }\n"
        "permissions:\n"
        "  - { bucket: b, access: read }\n"
        "environments:\n"
        "  dev: {}\n"
        "  prod:\n"
        "    tasks: { min: 4 }\n"
    )


@given(st.dictionaries(words, values, max_size=4))
def test_what_is_written_is_what_is_read(entry):
    assert read_mapping(render(entry), "x.yaml") == entry


@given(words)
def test_other_readers_of_yaml_read_the_same_text(word):
    # Our own reader stands on libyaml; PyYAML's loader in Python has a scanner of its own.
    assert yaml.safe_load(f"a: {scalar(word)}\nb: [{scalar(word, in_flow=True)}]\n") == {"a": word, "b": [word]}


@pytest.mark.parametrize("word", ["orders-api", "/orders/*", "dev.example.com", "Takes and prices orders", "a:b"])
def test_safe_words_stay_plain(word):
    assert scalar(word) == word


@pytest.mark.parametrize("key", ["no", "yes", "ON", "null", "true", "y", "n"])
def test_a_key_that_yaml_readers_disagree_about_is_quoted(key):
    text = render({"environment": {key: "x"}})
    assert yaml.safe_load(text) == {"environment": {key: "x"}}
