"""How far a release is whose deployment shifts requests, as a sentence."""

from datetime import datetime

from runtime.aws.traffic_shifts import TrafficShift
from runtime.releases.progress import Progress
from service_catalog.messages import Message, say


def in_words(number: int, progress: Progress) -> Message | None:
    """``canary: 5 % of the requests go to release 7, until 12:31 JST``; None while its tasks start, or of another
    strategy."""
    shift = progress.shift
    if shift is None or shift.step == "starting":
        return None
    return say("%(strategy)s: %(what)s", strategy=shift.strategy, what=_what(number, shift))


def _what(number: int, shift: TrafficShift) -> Message:
    if shift.step == "cleaning up":
        return say("all requests go to release %(number)s; the old tasks stop", number=number)
    if shift.step == "baking":
        if shift.until is None:
            return say("all requests go to release %(number)s", number=number)
        return say(
            "all requests go to release %(number)s; the old tasks stay until %(when)s",
            number=number,
            when=clock(shift.until),
        )
    if shift.percent == 0:
        return say("the tasks of release %(number)s are up, and no requests go to them yet", number=number)
    if shift.until is None:
        return say(
            "%(percent)s %% of the requests go to release %(number)s", percent=short(shift.percent), number=number
        )
    return say(
        "%(percent)s %% of the requests go to release %(number)s, until %(when)s",
        percent=short(shift.percent),
        number=number,
        when=clock(shift.until),
    )


def short(percent: float) -> str:
    """``5``, ``2.5``."""
    return f"{percent:g}"


def clock(moment: datetime) -> str:
    """In the zone of whoever reads it on this machine."""
    return f"{moment.astimezone():%H:%M %Z}"
