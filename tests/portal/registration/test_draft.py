from datetime import UTC, datetime

import pytest

from portal.registration import draft, form
from portal.registration.draft import Draft
from service_catalog.changes import Author, Change, Files
from service_catalog.problems import CatalogError
from tests.portal.conftest import ORDERS

NOW = datetime(2026, 11, 26, tzinfo=UTC)
TEXT = ORDERS.replace("orders-api", "stock-api").replace("/orders", "/stock")


def test_second_of_two_who_register_the_same_name_is_told_and_keeps_their_text(catalog):
    mine = Draft({"name": "stock-api"}, ("local",), TEXT)
    catalog.add("stock-api", TEXT.replace("Takes", "Gives"))

    with pytest.raises(CatalogError) as error:
        Files(catalog).write(Change("stock-api", mine.text, None, "mine"), Author("Sato Yui", "sato@example.com"))
    refused = draft.refused(mine, error.value)

    assert refused.text == TEXT
    assert [problem.path for problem in refused.problems] == ["name"]


def test_taken_name_does_not_tell_the_other_problems_twice(catalog):
    taken = draft.posted({"yaml": ORDERS + "compute: { cpu: 300 }\n"}, [], prefer="yaml")

    told = [problem.path for problem in draft.checked(taken, catalog, NOW).problems]

    assert sorted(set(told)) == sorted(told)
    assert {"name", "compute.cpu"} <= set(told)


@pytest.mark.parametrize("broken", ["exposure: &it {}", "name: stock-api", "tasks:\n\tmin: 1", "tasks: { min: "])
def test_yaml_that_cannot_be_read_is_not_told_off_for_the_name_of_a_blank_form(catalog, broken):
    typed = draft.posted({"yaml": f"name: stock-api\n{broken}\n", "yaml_seen": ""}, [], prefer="yaml")

    told = draft.checked(typed, catalog, NOW).problems

    assert [problem.path for problem in told] == [""]


def test_word_that_is_unclear_is_told_beside_all_else(catalog):
    typed = draft.posted({"yaml": TEXT.replace("8080", '"8080"') + "exec: yes\n"}, [], prefer="yaml")

    told = draft.checked(typed, catalog, NOW).problems

    assert typed.name == "stock-api"
    assert [problem.path for problem in told] == ["port", "exec"]


@pytest.mark.parametrize("word", ["5", "yes", "[yes]", "~", "{ A: { ssm: no } }"])
@pytest.mark.parametrize("field", ["permissions", "secrets", "environment", "exposure", "image", "environments"])
def test_yaml_of_another_shape_is_still_shown(field, word):
    text = f"name: stock-api\n{field}: {word}\n"

    assert draft.posted({"yaml": text, "yaml_seen": ""}, [], prefer="yaml").text == text


def test_overrides_of_an_environment_are_kept_on_the_way_through_the_form():
    text = TEXT.replace("{ local: {} }", "{ local: { tasks: { min: 1 } }, dev: {} }")

    of_yaml = draft.posted({"yaml": text, "yaml_seen": ""}, [], prefer="yaml")
    of_form = draft.posted(of_yaml.answers, list(of_yaml.environments), prefer="form")

    assert of_yaml.environments == ("local", "dev")
    assert of_form.text.endswith("environments:\n  local:\n    tasks: { min: 1 }\n  dev: {}\n")


def test_overrides_that_are_no_yaml_are_a_problem_beside_their_field():
    posted = draft.posted({"name": "stock-api", form.OVERRIDES: "prod: {"}, ["local"], prefer="form")

    assert [problem.path for problem in posted.problems] == [form.OVERRIDES]


def test_overrides_of_an_environment_where_it_does_not_exist_are_a_problem():
    posted = draft.posted({form.OVERRIDES: "dev: { port: 1 }\nlocal: { port: 2 }"}, ["local"], prefer="form")

    assert [(problem.path, problem.message) for problem in posted.problems] == [(form.OVERRIDES, "'dev' is not ticked")]


@pytest.mark.parametrize("word", ["0", '""', "[]"])
def test_override_that_holds_no_fields_is_told(catalog, word):
    given = {"name": "stock-api", form.OVERRIDES: f"local: {word}"}

    told = draft.checked(draft.posted(given, ["local"], prefer="form"), catalog, NOW).problems

    assert "environments.local" in {problem.path for problem in told}


def test_what_the_form_could_not_write_is_told_beside_all_else(catalog):
    given = {"name": "stock-api", "exposure": "on", "environment.0.KEY": "A", "environment.1.KEY": "A"}
    given[form.OVERRIDES] = "dev: {"

    told = draft.checked(draft.posted(given, ["local"], prefer="form"), catalog, NOW).problems

    assert [problem.path for problem in told][:2] == ["environment", form.OVERRIDES]
    assert {"owner", "port"} <= {problem.path for problem in told}
    assert "environments" not in {problem.path for problem in told}


def test_answers_that_the_yaml_does_not_hold_are_not_lost_to_an_edit_of_it():
    given = {"name": "stock-api", form.OVERRIDES: "dev: { port: 1 }"}
    seen = draft.posted(given, ["local"], prefer="form").text

    both = draft.posted({**given, "yaml": f"{seen}# mine\n", "yaml_seen": seen}, ["local"])

    assert both.is_torn
