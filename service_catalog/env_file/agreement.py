"""What every dotenv reader makes of what stands after ``=``, or that they do not agree.

There is no standard. Some end a bare value at any ``#``, some at `` #`` only; some expand ``$``, some ``\\n``; some
trim what only Unicode calls a blank. Where they agree, a fix may bring ECS to the same value without asking anybody.
"""

import re

from service_catalog.env_file.lookalikes import BLANKS, HIDDEN

_QUOTES = "\"'`"
_COMMENT = r"(?:[ \t]+#(?:[ \t][^\"'`]*)?)?"
_QUOTED = re.compile(rf"(?:\"([^\"\\$#`]+)\"|'([^'\\#`]+)'){_COMMENT}")
_COMMENTED = re.compile(r"([^\"'`\\$#(\[{]+)(?:(?<=[ \t])#(?:[ \t][^\"'`]*)?)?")
"""With the blanks before its comment: a pattern that left them out would try each of them anew."""


def agreed(value: str) -> str | None:
    """None where readers differ, also over whether there is a value at all."""
    bare = value.strip(" \t")
    if HIDDEN.search(bare):
        return None
    if found := _QUOTED.fullmatch(bare):
        return _as_it_stands(found[1] or found[2])
    if found := _COMMENTED.fullmatch(bare):
        return _as_it_stands(found[1].rstrip(" \t"))
    return _as_it_stands(bare) if not re.search(r"[\\$#]", bare) else None


def _as_it_stands(text: str) -> str | None:
    """Blanks at its ends would be trimmed, and quotes taken off, by the next who reads it."""
    return text if text and text == text.strip(BLANKS) and text[0] not in _QUOTES else None
