"""How far a release is whose deployment shifts requests, as a sentence."""

from datetime import datetime

from runtime.aws.traffic_shifts import Pause, TrafficShift
from runtime.releases.progress import Progress
from service_catalog.messages import Message, say


class AwaitsApproval(Exception):
    """Nobody watches on what only somebody can continue."""

    def __init__(self, sentence: Message):
        self.sentence = sentence
        super().__init__(sentence)


def in_words(number: int, progress: Progress) -> Message | None:
    """``canary: 5 % of the requests go to release 7, until 12:31 JST``; None while its tasks start, or of another
    strategy."""
    return of_shift(number, progress.shift)


def of_shift(number: int, shift: TrafficShift | None) -> Message | None:
    if shift is None or shift.step == "starting":
        return None
    what = _what(number, shift)
    return say("%(strategy)s: %(what)s", strategy=shift.strategy, what=_waiting(what, shift.pause) or what)


def _waiting(what: Message, pause: Pause | None) -> Message | None:
    if pause is None:
        return None
    if pause.until is None:
        return say("%(what)s; waits for approval", what=what)
    when = f"{pause.until.astimezone():%Y-%m-%d} {clock(pause.until)}"  # it may be days
    if pause.goes_on:
        return say("%(what)s; waits for approval until %(when)s, then it goes on", what=what, when=when)
    return say("%(what)s; waits for approval until %(when)s, then it goes back", what=what, when=when)


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
