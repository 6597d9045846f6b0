"""Every error."""

from portal.api.told.base import Told


class PlaceTold(Told):
    where: str
    what: str


class ProblemTold(Told):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    """For programs"""
    detail: str
    problems: list[PlaceTold]
    """All that is wrong at once; `where` is a member of what was sent, or empty"""
    changed: bool | None = None
    """Of a write: false, nothing was; null, nobody knows"""
