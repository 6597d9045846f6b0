import re
from typing import NoReturn

import pytest

from portal import Settings, create_app
from portal.settings import NotLoopback
from tests.portal.reading import plain, text_of

PAGES = ["/local/services", "/local/services/orders-api", "/local/services/nope", "/healthz", "/static/0/portal.css"]


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_headers(client, running, address):
    with client.get(address) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_needs_more_than_the_policy_allows(client, running):
    for address in ["/local/services", "/local/services/orders-api", "/local/services/new"]:
        page = text_of(client, address)
        assert " style=" not in page
        assert (
            page.count("<script") == len(re.findall(r'<script type="module" src="/static/\w+/portal\.js">', page)) == 1
        )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 400),
        ({}, 400),
    ],
)
def test_write_from_elsewhere_or_without_token_is_refused(client, running, headers, status):
    answer = client.post("/local/services/orders-api/env/app", data={"text": "A=1\n", "do": "save"}, headers=headers)

    assert answer.status_code == status
    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_form_of_an_earlier_session_can_be_sent_again_with_what_was_typed(client, running):
    answer = client.post("/local/services/orders-api/env/app", data={"text": "A=<typed>\n", "do": "save"})

    assert "Nothing was changed, and nothing that you typed is lost: send it again." in plain(answer.text)
    assert "A=&lt;typed&gt;" in answer.text


def test_pages_that_keep_what_was_typed_stay_out_of_every_cache(client, running):
    answer = client.post("/local/services/orders-api/env/app", data={"text": "A=<typed>\n", "do": "save"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_form_that_is_not_in_utf_8_is_refused(client, running):
    answer = client.post(
        "/local/services/orders-api/env/app",
        data=b"text=A%3D%FF&do=save",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 400
    assert "This form is not in UTF-8" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example"])
def test_other_host_names_are_refused(client, host):
    assert client.get("/local/services", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080"])
def test_loopback_names_are_served(client, running, host):
    assert client.get("/local/services", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "portal.example.com", ""])
def test_portal_refuses_to_listen_to_anybody_else(tmp_path, host):
    with pytest.raises(NotLoopback, match=r"serves this machine only"):
        Settings(run_directory=tmp_path, host=host)


def test_key_of_the_sessions_outlives_a_restart_and_is_nobody_elses_to_read(tmp_path):
    first = Settings(run_directory=tmp_path).secret_key()

    assert Settings(run_directory=tmp_path).secret_key() == first
    assert (tmp_path / "portal.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("torn", ["", "0123abc"])
def test_a_torn_key_is_made_anew(tmp_path, torn):
    (tmp_path / "portal.key").write_text(torn)

    made = Settings(run_directory=tmp_path).secret_key()

    assert len(made) == 64
    assert Settings(run_directory=tmp_path).secret_key() == made
    assert [path.name for path in tmp_path.iterdir()] == ["portal.key"]


def test_two_portals_of_one_machine_keep_out_of_each_others_sessions(tmp_path, catalog):
    def unasked(name: str) -> NoReturn:
        raise AssertionError(f"nobody looks at {name}")

    apps = [create_app(Settings(run_directory=tmp_path, port=port), catalog, unasked) for port in (1, 2)]

    assert len({app.config["SESSION_COOKIE_NAME"] for app in apps}) == 2


def test_too_much_text_is_refused(client, running):
    answer = client.post("/local/services/orders-api/env/app", data={"text": "A" * 5_000_000})

    assert answer.status_code == 413


def test_names_are_escaped(client, running):
    assert "<script>x" not in text_of(client, "/local/services/<script>x")
    assert "<script>x" not in text_of(client, "/local/services?q=<script>x")


def test_service_to_copy_that_is_not_there_is_named(client, running):
    answer = client.get("/local/services/new?copy=nope")

    assert answer.status_code == 404
    assert "There is no such service" in plain(answer.text)
    assert "there is no service 'nope'" in plain(answer.text)
    assert "“”" not in answer.text
