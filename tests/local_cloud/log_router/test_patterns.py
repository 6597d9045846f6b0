"""What each differs by was seen of Onigmo, as Fluent Bit 5.0.9 brings it."""

import pytest

from local_cloud.log_router.configuration import NotKnown
from local_cloud.log_router.patterns import compiled


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("^b$", "a\nb\nc", True),
        ("a^", "a\n", False),
        ("^", "", True),
        ("a.b", "a\nb", False),
        (r"\d", "٣", False),
        (r"\w", "é", False),
        (r"\bx", "éx", False),
        (r"[^\W1]", "1", False),
        (r"[\w-]+$", "a-b", True),
        (r"[^\s\d]", "1 2\u00a0", True),
        (r"(?i)k", "\u212a", True),
        (r"(?i)\w", "\u017f", False),
        (r"(?i)error|fatal", "FATAL", True),
        (r"a\x20\x22b", 'a "b', True),
        (r"^(?!debug)(?=..)", "info", True),
        (r"\A/x\/y$", "/x/y", True),
        ("[^^]", "^", False),
    ],
)
def test_patterns_are_read_as_onigmo_reads_them(pattern, text, matches):
    assert (compiled(pattern).search(text) is not None) is matches


@pytest.mark.parametrize("pattern", [r"\h", "(?<a>b)", "[[:digit:]]", "[a&&b]", "/a/", "(", "a\\", r"\xff"])
def test_what_is_not_known_is_refused(pattern):
    with pytest.raises(NotKnown):
        compiled(pattern)
