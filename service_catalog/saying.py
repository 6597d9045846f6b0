"""Sentences for people, marked so that the portal can say them in other languages.

They are plain English text to everybody else, and are kept as such. The portal finds a sentence again by its template,
so a template keeps some words of its own around its blanks.
"""


def say(template: str, **values: object) -> str:
    """``say("Delete line %(number)s", number=3)``. A value may be a sentence itself."""
    return template % values if values else template
