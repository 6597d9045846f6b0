"""What answers of every resource are made of."""

from pydantic import BaseModel, ConfigDict

from portal.text.language import _
from portal.text.states import State


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class StateTold(Told):
    key: str
    """For programs; the same as on the pages"""
    words: str
    """In the language that was asked for"""
    tone: str
    """Who must act. bad: it is broken now; wait: a person; move: the machine; ok or nothing: nobody"""

    @classmethod
    def of(cls, state: State) -> "StateTold":
        return cls(key=state.key, words=_(state.word), tone=state.tone)


class DoneTold(Told):
    done: bool
