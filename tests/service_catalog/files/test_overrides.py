from service_catalog.files.entries import ServiceFile
from service_catalog.files.overrides import merged
from tests.builders import an_environment

ENTRY = b"""\
name: x
owner: team
image: { repository: x }
port: 80
tasks: { min: 1, max: 4 }
exposure: { paths: [/a, /b] }
environment: { A: "1", B: "2" }
environments:
  dev:
  prod:
    tasks: { min: 2 }
    exposure: { paths: [/c] }
    environment: { B: ~, C: "3" }
  dark: { exposure: ~ }
"""


def test_maps_merge_lists_replace_and_nothing_takes_away():
    prod = ServiceFile("x", ENTRY).service(an_environment(name="prod"))

    assert (prod.tasks.min, prod.tasks.max) == (2, 4)
    assert prod.exposure
    assert prod.exposure.paths == ("/c",)
    assert prod.environment == {"A": "1", "C": "3"}
    assert ServiceFile("x", ENTRY).service(an_environment(name="dark")).exposure is None


def test_an_environment_without_changes_has_the_entry_itself():
    dev = ServiceFile("x", ENTRY).service(an_environment(name="dev"))
    assert dev.exposure
    assert (dev.tasks.min, dev.exposure.paths, dev.environment) == (1, ("/a", "/b"), {"A": "1", "B": "2"})


def test_merging_leaves_the_entry_as_it_was():
    entry = {"a": {"b": 1}}
    assert merged(entry, {"a": {"c": 2}, "d": {"e": None}}) == {"a": {"b": 1, "c": 2}, "d": {}}
    assert entry == {"a": {"b": 1}}
