"""The docs' tables are the model's and the README's code is the code: nothing is missing and nothing is old."""

import re
from pathlib import Path

from service_catalog.reference.field_table import FILE, document

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_tables_hold_every_field_as_the_model_has_it() -> None:
    what_to_do = "run `python -m service_catalog.reference.field_table`, which writes docs/catalog.md"
    assert FILE.read_text(encoding="utf-8") == document(), what_to_do


def test_the_example_of_a_feature_is_what_the_code_says() -> None:
    example = README.partition("**A feature**")[2].partition("**A page.**")[0]
    places = ("service_catalog/model/service.py", "infra/components/exec.py", "infra/service_stack.py")
    code = "".join((ROOT / place).read_text() for place in places)

    snippets = re.findall("```python\n(.+?)```", example, re.DOTALL)

    assert len(snippets) == len(places)
    assert [snippet for snippet in snippets if _flush_left(snippet) not in _flush_left(code)] == []


def _flush_left(code: str) -> str:
    return "\n".join(line.strip() for line in code.splitlines())
