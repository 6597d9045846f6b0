"""What goes over the wire: text as gzip, and files that a browser keeps."""

import gzip
import re

import pytest

from tests.portal.people import OTHER, OWNER, Chosen
from tests.portal.reading import text_of

LIST = "/local/services"
TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def sent(client, address, **headers):
    answer = client.get(address, headers={**TAKES, **headers})
    return answer, gzip.decompress(answer.get_data()).decode()


@pytest.mark.parametrize("address", [LIST, f"{LIST}/orders-api", "/api/v1/openapi.json"])
def test_a_browser_gets_the_same_text_as_gzip(client, running, address):
    answer, text = sent(client, address)

    assert text.splitlines() == text_of(client, address).splitlines()
    assert answer.content_encoding == "gzip"
    assert "Accept-Encoding" in answer.vary
    assert int(answer.headers["Content-Length"]) == len(answer.get_data()) < len(text) / 2


def test_who_takes_no_gzip_gets_none(client, running):
    answer = client.get(LIST, headers={"Accept-Encoding": "gzip;q=0, br"})

    assert answer.content_encoding is None
    assert "orders-api" in answer.get_data(as_text=True)


def test_one_gzip_of_the_list_says_to_each_who_they_are(client, running):
    held = client.application.extensions["slipway"]
    for it in (OWNER, OTHER):
        held.who = Chosen(it)
        _, text = sent(client, LIST)
        assert [each.name in text.partition("</header>")[0] for each in (OWNER, OTHER)] == [it is OWNER, it is OTHER]


def test_what_is_as_gzip_is_not_sent_again_either(client, running):
    first, _ = sent(client, LIST)

    assert client.get(LIST, headers={**TAKES, "If-None-Match": first.headers["ETag"]}).status_code == 304


def test_the_length_of_what_holds_values_tells_nothing(client, running):
    """A gzip is the shorter the more what somebody has put into a page resembles what else stands in it."""
    answer = client.get(f"{LIST}/orders-api/env/app", headers=TAKES)

    assert (answer.headers["Cache-Control"], answer.content_encoding) == ("no-store", None)


def test_the_same_page_as_gzip_differs_in_length(client, running):
    assert len({len(client.get(LIST, headers=TAKES).get_data()) for _ in range(20)}) > 1


# --- files ------------------------------------------------------------------------------------------------------------


def files(client):
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', text_of(client, LIST))


def test_files_are_kept_for_good_by_an_address_that_names_what_is_in_them(client, running):
    named = files(client)

    assert {name.rsplit("/", 1)[1] for name in named} == {"icon.svg", "portal.css", "portal.js"}
    for name in named:
        cached = client.get(name).cache_control
        assert (cached.public, cached.immutable, cached.max_age) == (True, True, 365 * 24 * 3600)


def test_a_page_of_another_version_gets_its_files_for_the_moment_only(client, running):
    answer = client.get("/static/0123456789ab/portal.css")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("address", ["/static/x/nope.css", "/static/x/..%2fsecurity.py", "/static/portal.css"])
def test_nothing_else_is_a_file(client, running, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "ja"])
def test_search_results_and_previews_are_told_what_the_page_is(client, running, language):
    page = client.get(LIST, headers={"Accept-Language": language}).get_data(as_text=True)
    said = re.search(r'<meta name="description" content="([^"]+)">', page)

    assert said
    assert "AWS ECS" in said[1]
    assert said[1].isascii() is (language == "en")
