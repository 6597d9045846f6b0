"""Entry → answers → entry is the identity, for every shape that a model can hold and for the catalog's own."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field as Constraint

from portal.registration import form, row_numbers
from service_catalog.fields import KINDS, Field, tree
from service_catalog.model import Entry, Service
from service_catalog.yaml_text.reader import read_mapping
from service_catalog.yaml_text.writer import render


class When(Entry):
    path: str | None = None
    level: Literal["ERROR", "WARN"] | None = None
    deep: dict[str, str] = {}


class Route(Entry):
    name: str
    when: When = When()
    unless: When | None = None
    days: int = 30


class Volume(Entry):
    efs: str
    read_only: bool = True
    labels: dict[str, str] = {}
    owners: tuple[str, ...] = ()
    share: float = 0.5


class Flags(Entry):
    loud: bool = False
    mode: Literal["a", "b"] = "a"


class Trial(Entry):
    """Every shape, and every shape inside another."""

    text: str = ""
    named: str = "some"
    maybe: int | None = 5
    share: Annotated[float, Constraint(ge=0)] = 1.5
    on: bool = True
    open: bool | None = None
    level: Literal[1, 2, 3] | None = None
    either: int | Literal["auto"] | str = "auto"
    pair: tuple[str, int] = ("a", 1)
    one_or_many: str | tuple[str, ...] = ()
    numbers: tuple[int, ...] = (1, 2)
    switches: tuple[bool, ...] = ()
    words: tuple[str, ...] | None = None
    variables: dict[str, str] = {"A": "b"}
    ports: dict[str, int] = {}
    lists: dict[str, tuple[str, ...]] = {}
    nested: tuple[tuple[str, ...], ...] = ()
    links: tuple[Annotated[dict[str, str], Constraint(min_length=1, max_length=1)], ...] = ()
    maps: tuple[dict[str, int], ...] = ()
    whole: Route | None = None
    must: Route
    routes: tuple[Route, ...] = ()
    volumes: tuple[Volume, ...] = ()
    mounts: dict[str, Volume] = {}
    flags: tuple[Flags, ...] = ()
    decimals: dict[str, float] = {}
    odd: dict[str, tuple[str, int]] = {}


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["80", "true", "auto", '"', '"a"', '"\\n"', " x ", "a\nb", "a\r\nb", "- x", "{a: 1}", "~", "", "1.0", "ERROR", " "]
)


def of_shape(field: Field, kind: str = "") -> st.SearchStrategy[Any]:
    made = _of_shape(field, kind)
    return st.none() | made if field.is_optional else made


def _of_shape(field: Field, kind: str) -> st.SearchStrategy[Any]:
    limits = field.limits
    if field.shape == "group":
        return groups(field, kind)
    if field.shape == "list":
        return st.lists(of_shape(field.inner, kind), min_size=limits.min_length or 0, max_size=limits.max_length or 3)
    if field.shape == "mapping":
        key, value = of_shape(field.parts[0]), of_shape(field.inner, kind)
        return st.dictionaries(key, value, min_size=limits.min_length or 0, max_size=limits.max_length or 3)
    if field.shape == "tuple":
        return st.tuples(*map(of_shape, field.parts)).map(list)
    if field.shape == "union":
        return st.one_of(*map(of_shape, field.parts))
    if field.shape == "choice":
        return st.sampled_from(field.choices)
    return {
        "text": TEXT,
        "number": st.integers(-(10**14), 10**14),
        # As people write them: YAML readers disagree about exponents.
        "decimal": st.integers(-(10**6), 10**6).map(lambda thousandths: thousandths / 1000),
        "switch": st.booleans(),
    }[field.shape]


def groups(group: Field, kind: str = "") -> st.SearchStrategy[dict[str, Any]]:
    fields = [field for field in group.parts if not kind or kind in field.kinds]
    required = {field.name: of_shape(field, kind) for field in fields if field.is_required}
    others = {field.name: of_shape(field, kind) for field in fields if not field.is_required}
    return st.fixed_dictionaries(required, optional=others)


def said(field: Field, value: Any) -> Any:
    """Without what the model fills in by itself; nothing and empty are the same where a field may be nothing."""
    if field.shape == "group" and isinstance(value, Mapping):
        parts = {name: said(part, value[name]) for name, part in field.fields.items() if name in value}
        return {
            name: it
            for name, it in parts.items()
            if field.fields[name].is_required or not _is_left_out(field.fields[name], it)
        }
    if field.shape == "list" and isinstance(value, list):
        return [said(field.inner, it) for it in value]
    if field.shape == "mapping" and isinstance(value, Mapping):
        return {key: said(field.inner, it) for key, it in value.items()}
    return value


def _is_left_out(field: Field, value: Any) -> bool:
    if value in ([], {}) and field.is_optional and field.shape != "group":
        return True
    return bool(value == ({} if field.shape == "group" and not field.is_optional else field.default))


def through_the_form(group: Field, entry: dict[str, Any]) -> dict[str, Any]:
    return form.Reader(form.answers_of(group, entry)).entry(group)


@given(groups(tree(Trial)))
def test_every_shape_comes_back_from_the_form(entry):
    assert through_the_form(tree(Trial), entry) == said(tree(Trial), entry)


@example(
    {"image": {"repository": "x"}, "kind": "web", "links": [{"": " "}, {"a": "\f"}], "environment": {"A": " ", "B": ""}}
)
@given(st.sampled_from(KINDS).flatmap(lambda kind: groups(tree(Service), kind).map(lambda it: {**it, "kind": kind})))
def test_every_entry_of_the_catalog_comes_back_from_the_form(entry):
    assert through_the_form(tree(Service), entry) == said(tree(Service), entry)


@given(groups(tree(Service)))
def test_every_entry_comes_back_from_the_yaml(entry):
    assert read_mapping(render(entry), "x.yaml") == entry


def test_spare_rows_are_no_entries():
    group = tree(Trial)
    answers = form.answers_of(group, {})
    for name in ("routes", "volumes", "mounts", "flags", "links", "maps"):
        field = group.fields[name]
        for number in row_numbers.shown(field, name, answers):
            item: Any = {"mounts": ("", {}), "links": ("", ""), "maps": None}.get(name, {})
            blank = form.row_answers(field, item, f"{name}.{number}")
            answers |= {name: "" if name.endswith(".KEY") else answer for name, answer in blank}

    assert form.Reader(answers).entry(group) == {}


def test_a_choice_or_a_switch_alone_makes_no_row():
    answers = {"volumes.0.read_only": "", "routes.1.when.level": "WARN", "routes.2.unless": "on"}

    assert form.Reader(answers).entry(tree(Trial)) == {"on": False}


def test_a_row_of_choices_alone_is_used_when_one_is_made():
    assert form.Reader({"flags.0.mode": "b", "on": "on"}).entry(tree(Trial)) == {"flags": [{"mode": "b"}]}


@pytest.mark.parametrize("text", ["0123", "８０８０", "1e3", "80a"])
def test_what_is_no_number_goes_on_as_it_was_typed(text):
    assert form.mapping({"port": text}) == {"port": text}


def test_what_another_kind_has_is_kept_in_the_answers_and_not_written():
    answers = form.answers({"name": "x", "port": 80, "queue": {"retries": 3}})

    assert form.mapping(answers) == {"name": "x", "port": 80}
    assert form.mapping(answers | {"kind": "worker"}) == {"name": "x", "kind": "worker", "queue": {"retries": 3}}
    assert form.mapping(answers | {"kind": "web"}) == {"name": "x", "port": 80}
