"""The README's tables are the model's, so no field is missing and no text is old."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from service_catalog.model import Environment, Service
from service_catalog.reference.field_table import table

README = (Path(__file__).parent.parent / "README.md").read_text()


@pytest.mark.parametrize("model", [Service, Environment])
def test_the_readme_holds_every_field_as_the_model_has_it(model: type[BaseModel]) -> None:
    # `python -m service_catalog.reference.field_table` prints what to put there.
    assert table(model) in README
