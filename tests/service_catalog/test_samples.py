"""The sample catalog shows what the README promises, and is a good example itself."""

from service_catalog import Catalog

SAMPLES = Catalog.at(None)


def test_nothing_is_wrong_with_the_samples():
    assert list(map(str, SAMPLES.problems())) == []


def test_every_sample_runs_in_both_environments():
    names = ["backfill", "mail", "orders-api", "payments", "receipts", "report", "search", "storefront"]
    assert (SAMPLES.service_names("local"), SAMPLES.service_names("dev")) == (names, names)


def test_local_tasks_are_few():
    assert all((service.tasks.max or service.tasks.min) <= 2 for service in SAMPLES.services("local"))


def test_an_override_that_takes_a_field_away_is_among_the_samples():
    assert SAMPLES.service("mail", "local").health.command is None
    assert SAMPLES.service("mail", "dev").health.command is not None
