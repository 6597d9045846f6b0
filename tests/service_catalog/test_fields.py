"""The model, read as a tree."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field as Constraint

from service_catalog.fields import ITEM, KEY, KINDS, Field, tree
from service_catalog.model import Entry, Environment, OfWorker, Service


def at(*path: str | int) -> Field:
    found = tree(Service).at(path)
    assert found
    return found


def test_a_path_of_an_entry_leads_to_its_field():
    assert at("secrets", "API_KEY", "ssm").path == ("secrets", KEY, "ssm")
    assert at("permissions", 3, "access").path == ("permissions", ITEM, "access")
    assert at("links", 0, "runbook").path == ("links", ITEM, KEY)
    assert tree(Service).at(("compute", "gpu")) is None
    assert tree(Service).at(("owner", "x")) is None


def test_a_field_has_shape_limits_choices_and_default():
    assert (at("port").shape, at("port").limits.low, at("port").limits.high) == ("number", 1, 65535)
    assert at("owner").limits.max_length == 64
    assert at("image", "tag").limits.pattern == r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
    assert at("env_files").limits.max_length == 10
    assert at("compute", "architecture").choices == ("x86_64", "arm64")
    assert at("exposure", "paths").default == ["/*"]
    assert at("image").is_required
    assert not at("port").is_required
    assert at("port").is_optional
    assert not at("health", "codes").is_optional
    assert at("health").default["codes"] == "200-399"


def test_a_field_belongs_to_the_kinds_that_it_and_all_around_it_name():
    assert at("name").kinds == KINDS
    assert at("port").kinds == ("web",)
    assert at("health", "path").kinds == ("web",)
    assert at("health", "command").kinds == ("web", "worker")
    assert at("exposure", "paths").kinds == ("web",)
    assert at("run", "copies").kinds == ("job", "task")
    assert at("alarms").kinds == KINDS


def test_shapes_that_no_field_has_today_are_read_too():
    class Inner(Entry):
        share: Annotated[float, Constraint(ge=0, le=1)] = 0.5
        """A decimal"""

    class Trial(Entry):
        pair: tuple[str, int] = ("a", 1)
        """A tuple"""
        either: int | Literal["auto"] | None = None
        """A union"""
        deep: OfWorker[tuple[dict[str, Inner], ...]] = ()
        """A list of mappings"""

    def found(*path: Any) -> Field:
        field = tree(Trial).at(path)
        assert field
        return field

    assert [part.shape for part in found("pair").parts] == ["text", "number"]
    assert [part.shape for part in found("either").parts] == ["number", "choice"]
    assert found("either").is_optional
    assert found("deep", 0, "x", "share").shape == "decimal"
    assert found("deep", 0, "x", "share").kinds == ("worker",)


def test_a_shape_that_nobody_can_show_is_refused_by_name():
    class Trial(Entry):
        odd: bytes = b""

    with pytest.raises(TypeError, match="odd: there is no shape"):
        tree(Trial)


@pytest.mark.parametrize("model", [Service, Environment])
def test_every_field_of_the_catalog_has_a_shape(model):
    assert all(field.shape for field in tree(model).walk())


@pytest.mark.parametrize("model", [Service, Environment])
def test_a_group_that_is_left_out_is_what_its_fields_are_when_they_are(model):
    """The form shows each field's own default, also where the whole group is missing."""
    groups = [field for field in tree(model).walk() if field.shape == "group" and field.default]
    assert groups
    assert [it.path for it in groups if it.default != {name: part.default for name, part in it.fields.items()}] == []
