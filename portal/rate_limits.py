"""How often somebody may do what costs something: writes by person or token, failed sign-ins by address.

Counted in the memory of each copy of the portal, so that three copies let three times as much through: the limits keep
programs that run wild from AWS's own, and passwords from being guessed, and neither needs an exact number.
"""

import time
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import TooManyRequests

from portal.text.language import _

if TYPE_CHECKING:  # it loads asyncio, and the first page counts nothing
    from limits.strategies import MovingWindowRateLimiter


class TooOften(TooManyRequests):
    def __init__(self, seconds: int):
        super().__init__(_("That was too often. Try again in %(seconds)s s.", seconds=seconds), retry_after=seconds)
        self.seconds = seconds


def init_app(app: Flask) -> None:
    app.extensions["rate_limits"] = cache(_counter)
    app.after_request(_say_what_is_left)


def count(what: str, whom: str, a_minute: int) -> None:
    """Raises TooOften."""
    from limits import RateLimitItemPerMinute

    item = RateLimitItemPerMinute(a_minute)
    counter: MovingWindowRateLimiter = current_app.extensions["rate_limits"]()
    is_within = counter.hit(item, what, whom)
    window = counter.get_window_stats(item, what, whom)
    seconds = max(1, round(window.reset_time - time.time()))
    g.rate_limit = {"Limit": a_minute, "Remaining": window.remaining, "Reset": seconds}
    if not is_within:
        raise TooOften(seconds)


def is_within(what: str, whom: str, a_minute: int) -> bool:
    """Likewise, without a word to whoever asks."""
    from limits import RateLimitItemPerMinute

    counter: MovingWindowRateLimiter = current_app.extensions["rate_limits"]()
    return counter.hit(RateLimitItemPerMinute(a_minute), what, whom)


def _counter() -> "MovingWindowRateLimiter":
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(MemoryStorage())


def count_address(what: str, a_minute: int) -> None:
    count(what, request.remote_addr or "?", a_minute)


def _say_what_is_left(response: Response) -> Response:
    for name, number in g.get("rate_limit", {}).items():
        response.headers[f"RateLimit-{name}"] = str(number)
    return response
