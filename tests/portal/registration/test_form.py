"""The form itself: which fields it asks for, and what its answers mean as an entry."""

from portal.registration import form, labels, row_numbers
from portal.registration.controls import in_row
from service_catalog.fields import KINDS, tree
from service_catalog.model import Service


def test_every_field_has_a_label_and_a_group_of_its_own():
    for kind in KINDS:
        grouped = [it.name for _title, found in labels.first_groups(kind) + labels.rest_groups(kind) for it in found]
        assert sorted(grouped) == sorted(it.name for it in labels.shown_controls(kind))
        assert len(set(grouped)) == len(grouped)
    unnamed = [it.name for it in form.all_controls() if not labels.label_of_control(it) and len(it.choices) != 1]
    assert unnamed == [], "give them a label in portal/registration/labels.py: LABELS"
    rows = [it for it in form.all_controls() if it.shape == "rows"]
    unnamed = [part.name for it in rows for part in in_row(it.field, it.name) if not labels.label_of_control(part)]
    assert unnamed == [], "give them a label in portal/registration/labels.py: PARTS"


def test_rows_become_mappings_and_lists():
    answers = {
        "secrets.0.KEY": "STRIPE_KEY",
        "secrets.0.secretsmanager": "orders/stripe",
        "secrets.0.key": "api_key",
        "secrets.1.KEY": "OLD_KEY",
        "secrets.1.ssm": "/orders/old",
        "secrets.1.retired": "on",
        "environment.3.KEY": "LOG_FORMAT",
        "environment.3.VALUE": "json",
        "permissions.0.access": "read",
        "permissions.1.bucket": "orders-content",
        "permissions.1.access": "read-write",
    }

    entry = form.mapping(answers)

    assert entry == {
        "secrets": {
            "STRIPE_KEY": {"secretsmanager": "orders/stripe", "key": "api_key"},
            "OLD_KEY": {"ssm": "/orders/old", "retired": True},
        },
        "environment": {"LOG_FORMAT": "json"},
        "permissions": [{"bucket": "orders-content", "access": "read-write"}],
    }
    assert form.mapping(form.answers(entry)) == entry


def test_rows_are_those_posted_however_high_their_number():
    secrets = tree(Service).fields["secrets"]

    assert row_numbers.shown(secrets, "secrets", {"secrets.7.KEY": "B", "secrets.500.KEY": "A"}) == [7, 500, 501, 502]
    assert row_numbers.shown(secrets, "secrets", {"secrets.999.KEY": "A"}) == [999]


def test_blanks_around_the_value_of_a_variable_stay():
    typed = {"environment.0.KEY": " SEPARATOR ", "environment.0.VALUE": " , "}

    assert form.mapping(form.answers({}) | typed)["environment"] == {"SEPARATOR": " , "}


def test_what_is_left_as_it_was_is_not_written():
    assert form.mapping(form.answers({})) == {}


def test_hints_of_the_form_are_the_descriptions_of_the_model():
    hints = {control.name: control.hint for control in form.all_controls()}

    assert hints["port"] == "Where the container listens; needed with `exposure`"
