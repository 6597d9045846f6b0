"""Pages that are none lead back, refusals say so first, and nothing lies to who has no script."""

import pytest

from tests.portal.reading import plain, text_of


@pytest.mark.parametrize(
    "path", ["/local/services/orders-api/", "/local/services/", "/local/services/orders-api/logs/"]
)
def test_a_slash_too_many_leads_to_the_page(client, running, path):
    answer = client.get(f"{path}?q=x")

    assert (answer.status_code, answer.location) == (308, f"{path.rstrip('/')}?q=x")


def test_a_slash_behind_what_is_no_page_is_a_404(client):
    assert client.get("/local/nothing/").status_code == 404


@pytest.mark.parametrize("below", ["nosuch", "env/app/x/y", "releases/x"])
def test_a_page_that_is_none_leads_back_to_its_service(client, running, below):
    answer = client.get(f"/local/services/orders-api/{below}")

    assert answer.status_code == 404
    assert 'href="/local/services/orders-api">orders-api</a>' in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/nosuch/services", "/local/services/nosuch", "/local/services/new", "/x"])
def test_the_key_of_the_filter_is_shown_only_where_there_is_one(client, running, path):
    assert "<kbd>/</kbd>" not in text_of(client, path)
    assert "<kbd>/</kbd>" in text_of(client, "/local/services")


def test_a_refusal_says_so_first_in_the_title(client, post, running):
    answer = post("/local/services/new", page="/local/services/new", name="My Svc", do="register")

    assert answer.status_code == 422
    assert "<title>Error: Register a service" in answer.get_data(as_text=True)
    assert "<title>Register a service" in text_of(client, "/local/services/new")


def test_who_has_no_script_is_told_that_the_page_does_not_update_itself(client, running):
    assert "Without JavaScript this page does not update itself" in plain(text_of(client, "/local/services"))
