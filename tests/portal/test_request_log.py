"""A line for each request, which says who and what, and nothing that was typed."""

import logging
import re

import pytest

from portal import request_log
from tests.portal.people import OWNER, Chosen


@pytest.fixture
def told(app, caplog):
    app.extensions["slipway"].who = Chosen(OWNER)
    caplog.set_level(logging.INFO, request_log.__name__)
    return lambda: [it.getMessage() for it in caplog.records if it.name == request_log.__name__]


def test_a_request_is_a_line_with_view_status_time_person_and_id(client, running, told):
    client.get("/local/services/orders-api?q=hunter2")

    [line] = told()
    assert re.fullmatch(
        r"request method=GET endpoint=services\.show status=200 ms=\d+ person=sato request=[0-9a-f]{16}", line
    )


def test_nothing_that_was_sent_is_in_any_line(client, running, told, post, caplog):
    page = "/local/services/orders-api/env/app"
    post(page, f"{page}?note=hunter1", text="PASSPHRASE=hunter2\n", base="1", do="save", message="hunter3")

    assert len(told()) == 2
    assert "hunter1" not in caplog.text
    assert "hunter2" not in caplog.text


def test_a_page_that_fails_has_its_line_too(client, told, app):
    app.extensions["slipway"].readings = None

    client.get("/local/services/orders-api")

    assert " endpoint=services.show status=500 " in told()[-1]


def test_probes_fill_no_log(client, told):
    client.get("/healthz")

    assert told() == []


def test_log_audit_trail_and_answer_name_the_load_balancers_id(client, running, told, post):
    id = "Root=1-67891233-abcdef012345678912345678"
    page = "/local/services/orders-api/env/app"
    post.client.environ_base["HTTP_X_AMZN_TRACE_ID"] = id

    answer = post(page, page, text="A=1\n", base="1", do="save")

    [act] = running.gateways.audit.newest("orders-api", 1)
    assert answer.headers["X-Request-Id"] == act.entry.origin.request == id
    assert told()[-1].endswith(f"request={id}")


@pytest.mark.parametrize("given", ["a b", "x" * 129, "sé"])
def test_an_id_that_could_be_anything_is_not_taken(client, given):
    assert client.get("/healthz", headers={"X-Amzn-Trace-Id": given}).headers["X-Request-Id"] != given
