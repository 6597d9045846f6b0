import pytest

from deploy.results import Result, exit_code, row, summary


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("done", 0),
        ("unchanged", 0),
        ("left-standing", 0),
        ("previewed", 0),
        ("failed", 1),
        ("rolled-back", 1),
        ("held-back", 1),
        ("skipped", 1),
    ],
)
def test_the_exit_code_tells_whether_all_is_as_the_catalog_says(status, code):
    assert exit_code([Result("dev", "done", ""), Result("dev.orders", status, "")]) == code


def test_a_row_says_how_it_ended_and_how_long_it_took():
    result = Result(
        "dev.orders", "rolled-back", "changed", "release 2 was rolled back", {"update": 1, "create": 2}, 3.21
    )

    assert row(result) == ("dev.orders", "rolled back", "1 updated, 2 created", "3.2 s", "release 2 was rolled back")


def test_the_summary_names_what_did_not_come_through():
    results = [Result("dev", "done", ""), Result("dev.orders", "failed", "")]

    assert summary(results) == "1 of 2 did not come through: dev.orders"
    assert summary([Result("dev", "unchanged", "")]) == "nothing to do: everything is as the catalog says"
