"""Lines of a log."""

from datetime import datetime

from portal.api.told.base import Told
from portal.text.log_lines import Shown


class LineTold(Told):
    when: datetime
    task: str
    level: str
    text: str
    route: str

    @classmethod
    def of(cls, it: Shown) -> "LineTold":
        return cls(when=it.when, task=it.task, level=it.level, text=it.raw, route=it.route)


class LogsTold(Told):
    lines: list[LineTold]
    """Oldest first"""
    next: datetime
    """`after` for who follows"""
    problem: str
    """Why there is nothing newer"""
