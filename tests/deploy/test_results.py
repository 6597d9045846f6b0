import pytest

from deploy.results import Result, exit_code, row, summary


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("done", 0),
        ("unchanged", 0),
        ("not-destroyed", 0),
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


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "nothing to do: nothing of it is there"),
        (["unchanged"], "nothing to do: s0 is as the catalog says"),
        (["unchanged", "unchanged"], "nothing to do: all 2 stacks are as the catalog says"),
        (["done", "unchanged"], "1 done, 1 unchanged"),
        (["done", "done"], "2 done"),
        (["unchanged", "not-destroyed"], "1 unchanged; 1 not destroyed: --yes destroys what left the catalog"),
    ],
)
def test_the_summary_claims_no_more_than_was_done(statuses, said):
    assert summary([Result(f"s{number}", status, "") for number, status in enumerate(statuses)]) == said


def test_an_interrupted_run_ends_with_a_shells_code_for_that():
    assert exit_code([Result("dev", "failed", ""), Result("dev.orders", "interrupted", "")]) == 130
