import re

import pytest

from portal.registration import labels, row_numbers
from tests.portal.reading import part, plain, text_of
from tests.portal.registration.stock import NEW, STOCK, STOCK_YAML, paths_of, problem, seen_of, yaml_of


def test_every_field_of_the_kind_is_a_field_of_the_form(client):
    page = text_of(client, NEW)
    asked = labels.shown_controls("web")

    assert [it.name for it in asked if it.shape != "rows" and f'name="{it.name}"' not in page] == []
    assert [it.name for it in asked if it.shape == "rows" and f'id="{it.name}"' not in page] == []


def test_form_shows_the_yaml_that_it_would_write(post, catalog):
    answer = post(NEW, NEW, **STOCK, do="check")

    assert answer.status_code == 200
    assert yaml_of(answer.text) == STOCK_YAML
    assert catalog.service_names("local") == ["orders-api"]


def test_large_rows_are_there_once_somebody_asks_for_them(post):
    empty = text_of(post.client, NEW)
    asked = post(NEW, NEW, **STOCK, do="more:sidecars").text

    assert 'name="secrets.1.ssm"' in empty
    assert 'name="sidecars.0.preset"' not in empty
    assert 'name="sidecars.1.secrets.1.ssm"' in asked
    assert len(empty) < 200_000


def test_registered_service_is_in_the_catalog_with_its_slot(post, catalog):
    answer = post(NEW, NEW, **STOCK, do="register")

    assert (answer.status_code, answer.location) == (303, "/local/services/stock-api")
    assert catalog.entry_text("stock-api") == STOCK_YAML
    assert catalog.problems() == []
    page = plain(text_of(post.client, answer.location))
    assert "stock-api is in the catalog, and not provisioned yet" in page
    assert "slipway up local stock-api pulumi up -s local.stock-api" in page


def test_every_problem_is_told_at_once_beside_its_field_and_its_line(post):
    bad = STOCK | {"name": "Stock API", "port": "80a", "owner": ""}

    answer = post(NEW, NEW, **bad, do="register")

    assert answer.status_code == 422
    assert "Not registered yet: 3 answers need a change. Everything you typed is still here." in plain(answer.text)
    assert problem(answer.text, "port") == "must be a whole number, got '80a'"
    assert problem(answer.text, "owner") == "is missing"
    assert 'value="80a"' in answer.text
    assert "Line 4 Port: must be a whole number, got '80a'" in plain(answer.text)


def test_path_of_another_service_is_refused_beside_the_paths(post):
    answer = post(NEW, NEW, **STOCK | {"exposure.paths": "/orders/*"}, do="check")

    assert answer.status_code == 422
    assert "orders-api" in problem(answer.text, "exposure.paths")


def test_edited_yaml_is_written_as_it_was_typed(post, catalog):
    edited = STOCK_YAML.replace("port: 8080", "port: 9090 # as ever")

    answer = post(NEW, NEW, **STOCK, yaml=edited, yaml_seen=STOCK_YAML, do="register")

    assert answer.status_code == 303
    assert catalog.entry_text("stock-api") == edited


def test_edited_form_and_edited_yaml_are_not_guessed_between(post, catalog):
    both = STOCK | {"port": "7070", "yaml": STOCK_YAML.replace("8080", "9090"), "yaml_seen": STOCK_YAML}

    torn = post(NEW, NEW, **both, do="register")
    chosen = post(NEW, NEW, **both, do="from-yaml")

    assert torn.status_code == 422
    assert 'value="7070"' in torn.text
    assert "port: 9090" in yaml_of(torn.text)
    assert 'name="port" value="9090"' in chosen.text
    assert catalog.service_names("local") == ["orders-api"]


def test_two_that_differ_stay_both_until_one_is_taken(post, catalog):
    both = STOCK | {"yaml": STOCK_YAML.replace("stock-api", "yaml-name") + "# mine\n", "yaml_seen": ""}

    torn = post(NEW, NEW, **both, do="register")
    again = post(NEW, NEW, **both | {"yaml_seen": seen_of(torn.text)}, do="register")

    assert [torn.status_code, again.status_code] == [422, 422]
    assert yaml_of(again.text) == both["yaml"]
    assert 'id="name-problem"' not in torn.text
    assert "<strong>Not registered</strong>" in torn.text
    assert catalog.service_names("local") == ["orders-api"]


def test_edited_yaml_is_told_all_its_problems_at_once(post):
    edited = STOCK_YAML.replace("port: 8080", 'port: "8080"') + "exec: yes\n"

    answer = post(NEW, NEW, **STOCK, yaml=edited, yaml_seen=STOCK_YAML, do="check")

    assert "must be a whole number" in answer.text
    assert "true or false" in answer.text
    assert yaml_of(answer.text) == edited


def test_yaml_that_cannot_be_read_keeps_form_and_text(post):
    answer = post(NEW, NEW, **STOCK, yaml="name: [", yaml_seen=STOCK_YAML, do="check")

    assert answer.status_code == 422
    assert "is not YAML" in plain(answer.text)
    assert 'value="team-commerce"' in answer.text


def test_paths_are_asked_for_and_never_taken_by_leaving_them_blank(client, post, catalog):
    page = text_of(client, NEW)
    answer = post(NEW, NEW, **STOCK | {"exposure.paths": ""}, do="register")

    assert paths_of(page) == ""
    assert "<option selected>internal</option>" in page
    assert 'id="exposure" name="exposure" value="on" checked' in page
    assert answer.status_code == 422
    assert problem(answer.text, "exposure.paths") == "must name the paths that it answers; write /* for all of them"
    assert catalog.service_names("local") == ["orders-api"]


@pytest.mark.parametrize("said", [{"exposure.paths": "/*"}, {"exposure.paths": "", "exposure.host": "stock.test"}])
def test_all_paths_are_taken_by_who_says_so(post, said):
    assert post(NEW, NEW, **STOCK | said, do="check").status_code == 200


def test_hint_of_several_lines_ends_before_it_says_so(client):
    assert "so say both. One per line." in plain(text_of(client, NEW))


def test_answers_that_would_be_dropped_are_told_beside_their_field(post):
    rows = {"environment.0.KEY": "A", "environment.0.VALUE": "1", "environment.1.KEY": "A", "environment.1.VALUE": "2"}

    answer = post(NEW, NEW, **STOCK | rows | {"overrides": "dev: { port: 1 }"}, do="register")

    assert answer.status_code == 422
    assert problem(answer.text, "environment") == "'A' is listed twice; give each a name of its own"
    assert problem(answer.text, "overrides").startswith("'dev' is not ticked; tick it under Where it exists")
    assert "2 answers need a change" in plain(answer.text)


@pytest.mark.parametrize("number", ["1000", "2000000", pytest.param("9" * 5000, id="9…"), "007", "-1", "\u0663"])
def test_row_that_no_form_of_ours_has_is_ignored(post, number):
    answer = post(NEW, NEW, **{f"secrets.{number}.KEY": "ODD"}, do="check")

    assert answer.status_code == 422
    assert len(answer.text) < 150_000
    assert "ODD" not in answer.text


def test_problems_are_told_by_the_labels_that_the_page_shows(post):
    answer = post(NEW, NEW, **(STOCK | {"owner": "", "exposure.paths": "stock"}), do="check")

    told = plain(part(answer.text, r'<ul class="plain">(.*?)</ul>'))
    assert "Owner: is missing" in told
    assert "Paths: must begin with '/'" in told


def test_a_problem_of_a_whole_section_marks_a_field_that_is_there(post):
    percents = {"deployment.minimum_healthy_percent": "100", "deployment.maximum_percent": "100"}

    page = post(NEW, NEW, **STOCK, **percents, do="check").text

    [link] = re.findall(r'<a href="#(deployment[^"]*)">', page)
    assert f'id="{link}"' in page
    assert '<details class="panel" open>' in page


def test_a_typo_in_what_an_environment_overrides_marks_the_overrides(post):
    page = post(NEW, NEW, **STOCK, overrides="local: { tsks: { min: 2 } }", do="check").text

    assert "did you mean &#39;tasks&#39;?" in part(page, r'<p id="overrides-problem">(.*?)</p>')


def test_rows_can_be_added_and_what_was_typed_stays(post):
    filled = {f"secrets.{number}.KEY": f"KEY_{number}" for number in range(2)}
    before = len(re.findall(r'name="secrets\.\d+\.KEY"', post(NEW, NEW, **STOCK, **filled, do="check").text))

    page = post(NEW, NEW, **STOCK, **filled, do="more:secrets").text

    assert len(re.findall(r'name="secrets\.\d+\.KEY"', page)) == before + row_numbers.SPARE
    assert 'value="KEY_1"' in page
    assert "Not registered yet" not in page


@pytest.mark.parametrize("typed", ["0123", "８０８０", "1e3"])
def test_a_number_that_is_not_written_as_one_is_told_and_not_guessed(post, typed):
    answer = post(NEW, NEW, **(STOCK | {"port": typed}), do="check")

    assert answer.status_code == 422
    assert "must be a whole number" in problem(answer.text, "port")


def test_fields_without_a_default_are_marked(client):
    page = text_of(client, NEW)

    assert re.findall(r'<label for="([^"]+)" data-mark="required">', page) == [
        "name",
        "owner",
        "image.repository",
    ]


def test_a_schedule_that_is_over_is_not_registered(post):
    entry = (
        STOCK_YAML.split("port:")[0] + "kind: job\nschedule: { cron: '0 3 * * ? 2020' }\nenvironments: { local: {} }\n"
    )

    answer = post(NEW, NEW, yaml=entry, yaml_seen="", do="from-yaml")

    assert answer.status_code == 422
    assert "must name a time that is still to come" in problem(answer.text, "schedule.cron")
