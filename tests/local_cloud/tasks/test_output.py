from local_cloud.tasks.output import LONGEST_LINE, Line, Output


def test_lines_are_told_whole_however_they_arrive():
    output = Output()
    for part in (b"one\ntw", b"o\n", b"three"):
        output.write(part)
    output.close()
    assert output.lines() == ["one", "two", "three"]
    assert list(output.follow()) == [b"one\ntwo\nthree\n"]


def test_a_follower_gets_what_is_written_later():
    output = Output()
    output.write(b"one\n")
    follower = output.follow()
    assert next(follower) == b"one\n"
    output.write(b"two\n")
    assert next(follower) == b"two\n"
    output.close()
    assert list(follower) == []


def test_only_the_last_lines_are_kept():
    output = Output(keep_bytes=6)
    output.write(b"aaa\nbbb\nccc\n")
    assert output.lines() == ["bbb", "ccc"]


def test_an_endless_line_is_cut():
    output = Output()
    output.write(b"x" * (LONGEST_LINE + 1))
    output.close()
    assert [len(line) for line in output.lines()] == [LONGEST_LINE, 1]


def test_a_cut_line_says_that_it_goes_on():
    output = Output()
    output.write(b"x" * (LONGEST_LINE + 1) + b"\nshort\n")
    assert next(output.follow_lines()) == [
        Line(b"x" * LONGEST_LINE, goes_on=True),
        Line(b"x"),
        Line(b"short"),
    ]
