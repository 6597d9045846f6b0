import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from service_catalog.messages import Message, as_data, from_data, joined, say

words = st.text(max_size=8)
plain = st.builds(lambda text: Message(text.replace("%", "%%") + "%(it)s", {"it": text}), words)
messages = st.recursive(
    plain, lambda inner: st.builds(lambda one, two: say("%(a)s; %(b)s", a=one, b=two), inner, inner | words)
)


def test_a_message_is_its_english_text():
    assert say("delete line %(number)s", number=3) == "delete line 3"


def test_a_text_without_values_is_taken_as_it_stands():
    assert say("100% of it") == "100% of it"


def test_a_message_keeps_its_template_and_the_messages_within():
    inner = say("line %(number)s", number=3)
    outer = say("delete %(what)s", what=inner)

    assert (outer, outer.template) == ("delete line 3", "delete %(what)s")
    assert outer.values["what"] is inner


def test_messages_that_are_put_together_stay_messages():
    both = say("one") + say(" and %(n)s", n=2)

    assert (both, [*both.values.values()]) == ("one and 2", ["one", " and 2"])
    assert all(isinstance(it, Message) for it in both.values.values())


def test_joined_puts_punctuation_between():
    assert joined("% ", ["a", "b%"]) == "a% b%"
    assert joined("; ", []) == ""


@given(messages)
def test_a_record_keeps_a_message_as_it_is(message):
    again = from_data(json.loads(json.dumps(as_data(message))))

    assert (again, as_data(again)) == (message, as_data(message))


def test_a_record_keeps_plain_text_as_text():
    assert from_data(as_data("halted")) == "halted"


def test_a_copy_is_a_message_too():
    again = copy.deepcopy(say("line %(number)s", number=3))

    assert isinstance(again, Message)
    assert (again, again.template, again.values) == ("line 3", "line %(number)s", {"number": 3})
