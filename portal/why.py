"""Why somebody does something, as forms ask for it."""

from flask import request

WHY_MAX = 300


def typed() -> str:
    """In the form that was sent."""
    return request.form.get("why", "").strip()[:WHY_MAX]
