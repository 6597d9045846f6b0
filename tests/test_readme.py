"""The README's tables are the model's and its code is the code, so nothing is missing and nothing is old."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from service_catalog.model import Environment, Service
from service_catalog.reference.field_table import table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("model", [Service, Environment])
def test_the_readme_holds_every_field_as_the_model_has_it(model: type[BaseModel]) -> None:
    what_to_do = "put there what `python -m service_catalog.reference.field_table` prints"
    assert [row for row in table(model).splitlines() if row not in README.splitlines()] == [], what_to_do
    assert table(model) in README, what_to_do


def test_the_example_of_a_feature_is_what_the_code_says() -> None:
    example = README.partition("**A feature**")[2].partition("**A page.**")[0]
    places = ("service_catalog/model.py", "infra/components/exec.py", "infra/service_stack.py")
    code = "".join((ROOT / place).read_text() for place in places)

    snippets = re.findall("```python\n(.+?)```", example, re.DOTALL)

    assert len(snippets) == len(places)
    assert [snippet for snippet in snippets if _flush_left(snippet) not in _flush_left(code)] == []


def _flush_left(code: str) -> str:
    return "\n".join(line.strip() for line in code.splitlines())
