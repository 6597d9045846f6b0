"""What rooms below the portal say, in the language of whoever asks.

They hand over messages: a template, found in a catalogue of translations in a context of its own, and its values. Text
that is no message stays as it is: AWS's words, and outcomes that were written before messages were kept as data.
"""

from dataclasses import replace

from portal.text.language import current
from service_catalog.messages import Message, joined
from service_catalog.problems import Problem


def said(text: str) -> str:
    """Values come back as they were: whoever prints the sentence escapes it."""
    if not isinstance(text, Message):
        return text
    if text.between:
        return joined(current().gettext(text.between), [said(part) for part in text.parts])
    values = {name: said(it) if isinstance(it, Message) else it for name, it in text.values.items()}
    # What the model says of a field stands among the portal's own words, since the form shows it.
    return Message(current().sayings.get(text.template) or current().gettext(text.template), values)


def of_problem(problem: Problem) -> str:
    """Where, what and what to do, as a line."""
    return str(replace(problem, message=said(problem.message), hint=said(problem.hint)))
