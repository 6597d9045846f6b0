"""Env files: their versions, what is wrong with a text, and what it changes."""

from datetime import datetime

from portal.api.told.base import Told
from portal.text.translate import said
from runtime.bucket.env_files import EnvVersion
from service_catalog.env_file import EnvProblem, KeyChange


class EnvTold(Told):
    file: str
    version: int
    """0 where there is none yet"""
    text: str
    author: str
    message: str
    saved_at: datetime | None
    live: int | None
    """The version that runs, or ran last"""
    newest: int


class EnvVersionTold(Told):
    file: str
    version: int
    author: str
    message: str
    saved_at: datetime
    no_secrets: list[str]
    """Keys whose values look like secrets, and that somebody said are none"""

    @classmethod
    def of(cls, it: EnvVersion) -> "EnvVersionTold":
        return cls(
            file=it.file,
            version=it.number,
            author=it.author,
            message=said(it.message),
            saved_at=it.saved_at,
            no_secrets=list(it.overridden),
        )


class EnvVersionsTold(Told):
    versions: list[EnvVersionTold]
    """Newest first"""
    next: int | None
    """`before` of the next page; null on the last"""


class KeyChangeTold(Told):
    key: str
    kind: str
    """added, changed, removed"""
    old: str | None
    """Masked where it looks like a secret; so is `new`"""
    new: str | None

    @classmethod
    def of(cls, it: KeyChange) -> "KeyChangeTold":
        return cls(key=it.key, kind=it.kind, old=it.old, new=it.new)


class EnvDiffTold(Told):
    file: str
    old: int
    new: int
    changes: list[KeyChangeTold]


class EnvProblemTold(Told):
    line: int
    level: str
    """error: ECS would not take it as it is meant; warning: look at it"""
    code: str
    words: str

    @classmethod
    def of(cls, it: EnvProblem) -> "EnvProblemTold":
        return cls(line=it.line, level=it.level, code=it.code, words=said(it.message))


class EnvCheckTold(Told):
    problems: list[EnvProblemTold]
    secrets: list[str]
    """Keys whose values look like secrets: a save wants them in `no_secrets`"""
    changes: list[KeyChangeTold]
    """Against the version that it was made from"""
