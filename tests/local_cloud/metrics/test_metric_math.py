import pytest

from local_cloud.metrics.metric_math import UnknownMath, compute

VALUES = {"waiting": 30.0, "working": 2.0, "tasks": 4.0, "nothing": None, "zero": 0.0}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(waiting + working) / tasks", 8),
        ("waiting * 0 + 1", 1),
        ("-waiting + 1", -29),
        ("waiting / zero", None),
        ("nothing + 1", None),
        ("MAX([nothing, tasks])", 4),
        ("MAX([nothing])", None),
        ("SUM([waiting, working])", 32),
        ("SUM([waiting, nothing])", 30),
        ("FILL(nothing, 1)", 1),
        ("IF(tasks < 1, waiting, 0)", 0),
        ("IF(MAX([zero, nothing]) < 1, waiting, 0)", 30),
        ("IF(nothing < 1, waiting, 0)", None),
        ("CEIL(waiting / tasks)", 8),
    ],
)
def test_expressions_are_computed_of_what_is_there(expression, value):
    assert compute(expression, VALUES.__getitem__) == value


@pytest.mark.parametrize("expression", ["SEARCH('x', 'Sum')", "waiting +", "__import__('os')", "[waiting]"])
def test_what_is_not_known_is_refused(expression):
    with pytest.raises(UnknownMath):
        compute(expression, VALUES.__getitem__)
