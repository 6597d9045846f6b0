"""Texts for property tests: lines that people write, right and wrong, and any others."""

from hypothesis import strategies as st

keys = st.sampled_from(["A", "B", "DB_HOST", "LOG_LEVEL", "a.b", "X1"])
odd_keys = st.sampled_from([" A", "A ", "export A", "ＡＰＩ", "A B", "1A", "AWS_REGION", "A\u200b", "", " ", "\ufeffA"])
values = st.sampled_from(["1", "info", "two words", "a=b", "http://x/?a=b#c", "日本語！", "#fff", "x" * 40])
odd_values = st.sampled_from(
    ['"q"', "'q'", '""q""', "1 # was 2", ' " x " ', "", " ", "１２", "a\\nb", "${A}", '"open', "a\u200b", "\r", "p\x00"]
)
settings = st.builds("{}={}".format, keys, values)
odd_lines = st.one_of(
    st.builds("{}={}".format, keys | odd_keys, values | odd_values),
    st.sampled_from(
        ["", "  ", "# note", "  # note", "  # A=1", "＃ x", "A＝1", "A: 1", "A", "export A", "-----BEGIN X"]
    ),
    st.text(max_size=12).filter(lambda line: "\n" not in line),
)
texts = st.builds(
    lambda lines, newline, last: newline.join(lines) + (newline if last else ""),
    st.lists(settings | odd_lines, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
tidy_settings = st.dictionaries(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True), values | st.text("abc =#é", min_size=1), max_size=6
)
