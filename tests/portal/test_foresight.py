"""What provisioning a changed entry would do: asked of `slipway preview` over a copy of the catalog."""

import json
import sys
from dataclasses import replace

import pytest

from portal import create_app
from portal.foresight import Foresight
from tests.portal.conftest import NOW, ORDERS, Poster
from tests.portal.reading import fields_of, part, plain, text_of

LARGER = ORDERS + "compute: { cpu: 512, memory_mib: 1024 }\n"
SETTINGS = "/local/services/orders-api/settings"
STEP = {"event": "step", "stack": "local.orders-api", "type": "aws:ecs/taskDefinition:TaskDefinition", "name": "it"}
SAID = (
    STEP | {"action": "replace", "changed": ["cpu"]},
    STEP | {"stack": "local", "action": "update"},
    {
        "event": "result",
        "stack": "local.orders-api",
        "status": "previewed",
        "ended": "changed",
        "messages": {"ended": "changed", "details": ["compute.cpu: 256 → 512", "then released: image 1.0.0"]},
    },
)


def says(*lines):
    return (sys.executable, "-c", f"print({chr(10).join(map(json.dumps, lines))!r})")


def shows_the_entry():
    read = "import pathlib, sys; at = pathlib.Path(sys.argv[1]); print((at / 'services/orders-api.yaml').read_text())"
    return (sys.executable, "-c", read, "{catalog}")


def test_the_command_sees_the_change_and_the_catalog_does_not(catalog, tmp_path):
    foresight = Foresight(tmp_path / "run", shows_the_entry(), ["local"], lambda: NOW)

    foresight.look(catalog, foresight.ask("local", "orders-api", LARGER))
    foresight.wait("local", "orders-api")
    found = foresight.look(catalog, foresight.ask("local", "orders-api", LARGER))

    assert found
    assert found.run
    assert "\n".join(line["text"] for line in found.run.lines) == LARGER.rstrip()
    assert catalog.entry_text("orders-api") == ORDERS
    assert [it.name for it in (tmp_path / "run" / "foresight").iterdir()] == ["local.orders-api.jsonl"]


def test_another_text_is_another_question(catalog, tmp_path):
    foresight = Foresight(tmp_path, says(*SAID), ["local"], lambda: NOW)
    first, second = (foresight.ask("local", "orders-api", text) for text in (LARGER, ORDERS))

    foresight.look(catalog, first)
    foresight.wait("local", "orders-api")

    found = [foresight.look(catalog, it) for it in (first, second)]
    assert [it and it.is_known for it in found] == [True, False]
    assert foresight.look(catalog, "never asked") is None
    foresight.close()


@pytest.fixture
def previewing(settings, catalog, running, connect):
    app = create_app(replace(settings, preview_command=says(*SAID)), catalog, connect)
    yield app
    app.extensions["slipway"].close()


def test_a_review_tells_the_resources_that_would_change(previewing):
    post = Poster(previewing.test_client())
    review = post(SETTINGS, SETTINGS, yaml=LARGER, yaml_seen=ORDERS, base=ORDERS, do="from-yaml")
    review = post(SETTINGS, SETTINGS, **fields_of(review.text), do="review")
    address = part(review.text, r'data-address="([^"]+)"')

    text_of(post.client, address)
    previewing.extensions["slipway"].foresight.wait("local", "orders-api")
    page = text_of(post.client, address)

    assert "Provisioning it would mean: then released: image 1.0.0 Resources in AWS: replaced 1" in plain(page)
    assert "± TaskDefinition it (cpu) replaced" in plain(page)
    assert part(page, r'id="(resources-[0-9a-f]+)"') in review.text
