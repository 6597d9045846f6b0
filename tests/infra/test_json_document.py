import json
from datetime import date

import pulumi
import pytest

from infra.json_document import json_of

DOCUMENT = {"a": [1, {"b": ("x", None)}], "c": True}


def test_what_aws_says_stands_where_its_output_stood(engine):
    def program():
        secret = pulumi.Output.secret("s")
        document = {**DOCUMENT, "d": pulumi.Output.from_input({"e": [2]}), "f": [secret, "g", secret]}
        pulumi.export("text", json_of(document))
        pulumi.export("is secret", pulumi.Output.from_input(json_of(document)).is_secret())
        pulumi.export("same", pulumi.Output.json_dumps(document))

    engine.run(program)

    assert engine.outputs["is secret"] is True
    assert json.loads(engine.outputs["text"]) == {
        "a": [1, {"b": ["x", None]}],
        "c": True,
        "d": {"e": [2]},
        "f": ["s", "g", "s"],
    }
    assert engine.outputs["text"] == engine.outputs["same"]


def test_a_document_without_outputs_is_json_at_once():
    assert json_of(DOCUMENT) == json.dumps(DOCUMENT)


def test_what_is_neither_plain_nor_an_output_is_refused():
    with pytest.raises(TypeError, match="2026"):
        json_of({"when": date(2026, 1, 1)})
