"""Two copies of the portal over one AWS, behind a load balancer that sends each request to either: nobody notices."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal import create_app
from portal.auth.settings import OidcClient
from tests.local_cloud.waiting import eventually
from tests.portal.conftest import Poster
from tests.portal.reading import drawn
from tests.portal.test_sign_in_oidc import PAGE, consent, provider, to_provider

__all__ = ["provider"]

EDITOR = "/local/services/orders-api/env/app"
RELEASES = "/local/services/orders-api/releases"


@pytest.fixture
def copies(settings, catalog, connect, compiled_templates, provider, tmp_path) -> Iterator[list[FlaskClient]]:
    """Each with a directory of its own: all that they share is the key of the sessions."""
    said = replace(settings, sign_in=OidcClient(provider, "slipway", "s"), session_key="k" * 64)
    apps = [create_app(replace(said, run_directory=tmp_path / name), catalog, connect) for name in ("one", "two")]
    for app in apps:
        app.jinja_env.bytecode_cache = compiled_templates
    yield [app.test_client() for app in apps]
    for app in apps:
        app.extensions["slipway"].close()


def on(other: FlaskClient, first: FlaskClient) -> FlaskClient:
    """The same browser, whose next request the other copy is given."""
    name = first.application.config["SESSION_COOKIE_NAME"]
    cookie = first.get_cookie(name)
    assert cookie is not None
    other.set_cookie(name, cookie.value)
    return other


@pytest.fixture
def signed_in(copies, running) -> list[FlaskClient]:
    one, two = copies
    one.get(consent(to_provider(one)))
    on(two, one)
    return copies


def test_a_sign_in_that_one_begins_the_other_completes(copies, running):
    one, two = copies
    callback = consent(to_provider(one))

    back = on(two, one).get(callback)

    assert (back.status_code, back.location) == (303, PAGE)
    assert "Sato Yui" in two.get(PAGE).text


def test_a_session_and_a_form_of_one_hold_at_the_other(signed_in, running):
    one, two = signed_in
    token = Poster(one).token(EDITOR)

    saved = on(two, one).post(EDITOR, data={"csrf_token": token, "text": "A=1\n", "base": "1", "do": "save"})

    assert saved.status_code == 303
    assert running.gateways.env_files.numbers("orders-api", "app") == [1, 2]
    assert "A=1" in one.get(EDITOR).text


def test_who_is_second_is_told_whichever_copy_they_use(signed_in, running):
    one, two = signed_in
    post, other = Poster(one), Poster(two)
    post(EDITOR, EDITOR, text="A=1\n", base="1", do="save")

    answer = other(EDITOR, EDITOR, text="A=2\n", base="1", do="save")

    assert answer.status_code == 409
    assert running.gateways.env_files.numbers("orders-api", "app") == [1, 2]


def test_who_signs_out_everywhere_at_one_is_out_at_the_other_within_seconds(signed_in, aws):
    one, two = signed_in
    assert two.get("/you").status_code == 200
    Poster(one)("/sign-out/everywhere", "/you")
    aws.passes(seconds=16)

    assert eventually(lambda: two.get("/you", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401)


def test_a_release_that_one_started_is_told_by_the_other_that_was_about_to(signed_in, running):
    one, two = signed_in
    review = "/local/services/orders-api/releases/new?image=2.14.0"
    looked_at = drawn(two, review)
    post, other = Poster(one), Poster(two)
    post(RELEASES, review, image="2.14.0", why="first", **drawn(one, review))

    answer = other(RELEASES, EDITOR, image="2.14.0", why="second", **looked_at)

    assert answer.status_code == 409
    assert len(running.gateways.releases.history("orders-api").releases) == 2
