from hypothesis import given

from service_catalog.env_file import KeyConflict, Merge, merge, parse
from tests.service_catalog.env_file.texts import texts


def test_changes_of_different_keys_both_hold():
    assert merge("A=1\nB=2\n", "A=1\nB=3\n", "A=4\nB=2\nC=5\n") == Merge("A=4\nB=3\nC=5\n", [])


def test_comments_of_both_stay_where_their_neighbours_are():
    base, mine, theirs = "A=1\nB=2\n", "# mine\nA=1\nB=2\n", "A=1\n# theirs\nB=3\n"
    assert merge(base, mine, theirs).text == "# mine\nA=1\n# theirs\nB=3\n"


def test_what_they_removed_is_removed():
    assert merge("# old\nA=1\nB=2\n", "# old\nA=1\nB=3\n", "B=2\n") == Merge("B=3\n", [])


def test_a_key_that_both_changed_is_in_conflict_and_mine_stands():
    assert merge("A=1\nB=1\n", "A=2\nB=1\n", "A=3\nB=2\n") == Merge("A=2\nB=2\n", [KeyConflict("A", "1", "2", "3")])


def test_a_key_that_one_removed_and_one_changed_is_in_conflict():
    assert merge("A=1\nB=1\n", "B=1\n", "A=3\nB=1\n# x\n").conflicts == [KeyConflict("A", "1", None, "3")]


def test_a_key_that_both_added_alike_is_no_conflict():
    assert merge("", "# x\nA=1\n", "A=1\nB=2\n") == Merge("# x\nA=1\nB=2\n", [])


@given(texts, texts)
def test_only_one_changed_so_theirs_is_taken_byte_for_byte(base, changed):
    assert merge(base, base, changed) == Merge(changed, [])
    assert merge(base, changed, base) == Merge(changed, [])


@given(texts, texts)
def test_both_changed_alike_so_nothing_is_in_conflict(base, changed):
    assert merge(base, changed, changed) == Merge(changed, [])


@given(texts, texts, texts)
def test_each_key_is_what_the_one_who_changed_it_says(base, mine, theirs):
    found = merge(base, mine, theirs)
    was, ours, others, now = map(parse, (base, mine, theirs, found.text))
    in_conflict = {conflict.key for conflict in found.conflicts}
    for key in {*was, *ours, *others, *now}:
        if ours.get(key) == was.get(key):
            assert now.get(key) == others.get(key)
        else:
            assert now.get(key) == ours.get(key)
        both_changed = len({was.get(key), ours.get(key), others.get(key)}) == 3
        assert (key in in_conflict) == both_changed


@given(texts, texts, texts)
def test_who_saves_second_makes_no_difference_without_conflicts(base, mine, theirs):
    first, second = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {conflict.key for conflict in first.conflicts} == {conflict.key for conflict in second.conflicts}
    if not first.conflicts:
        assert parse(first.text) == parse(second.text)
