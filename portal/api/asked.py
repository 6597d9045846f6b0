"""What requests of the API carry. Whatever stands here takes nothing that it does not know: a member that somebody
misspelled is told, and not left out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from portal.data.logs_view import YEARS
from portal.why import WHY_MAX
from runtime.bucket.env_files import MESSAGE_MAX

Text = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]
"""Without control characters, which no log and no record shows as they are"""
Why = Annotated[Text, Field(max_length=WHY_MAX, description="Kept with it, for those who come later")]
Count = Annotated[int, Field(ge=0, le=10**9)]
Version = Annotated[int, Field(ge=1, le=10**9)]


def _in_the_years_of_logs(when: datetime) -> datetime:
    if when.year not in YEARS:
        raise ValueError(f"from {YEARS[0]} to {YEARS[-1]}")
    return when


Moment = Annotated[AwareDatetime, AfterValidator(_in_the_years_of_logs)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Services(Asked):
    limit: Annotated[int, Field(ge=1, le=1000, description="How many at most")] = 100
    cursor: Annotated[Text, Field(max_length=100, description="`next` of the page before")] = ""
    q: Annotated[
        Text, Field(max_length=200, description="Words that all occur in its name, image, owner or releaser")
    ] = ""
    owner: Annotated[Text, Field(max_length=100)] = ""
    state: Annotated[Text, Field(max_length=40, description="A `key` of `state`, or `staged` or `catalog-changed`")] = (
        ""
    )


class Page(Asked):
    """Of what has numbers, newest first."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most")] = 20
    before: Annotated[int | None, Field(ge=1, le=10**9, description="`next` of the page before")] = None


class Newest(Asked):
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most")] = 20


class EnvVersion(Asked):
    version: Annotated[int | None, Field(ge=1, le=10**9, description="The newest where it is left out")] = None


class EnvDiff(Asked):
    old: Annotated[Count, Field(description="A version; 0 is an empty file")]
    new: Annotated[Count, Field(description="A version; 0 is an empty file")]


class EnvSave(Asked):
    text: Annotated[str, Field(max_length=4 * 1024**2, description="The whole file, byte for byte")]
    base: Annotated[
        Count,
        Field(
            description="The version that it was made from, 0 where there was none: if another is the newest by "
            "then, nothing is saved"
        ),
    ]
    message: Annotated[Text, Field(max_length=MESSAGE_MAX)] = ""
    no_secrets: Annotated[
        tuple[str, ...], Field(max_length=200, description="Keys whose values look like secrets and are none; audited")
    ] = ()


class EnvKeys(Asked):
    set: Annotated[dict[str, str], Field(max_length=1000, description="Values by key")] = {}
    unset: Annotated[tuple[str, ...], Field(max_length=1000, description="Keys to take away")] = ()
    message: Annotated[Text, Field(max_length=MESSAGE_MAX)] = ""
    no_secrets: Annotated[tuple[str, ...], Field(max_length=200, description="As for the whole text")] = ()


class Tasks(Asked):
    min: Annotated[int, Field(ge=0, le=5000)]
    max: Annotated[int, Field(ge=0, le=5000)]


class Contents(Asked):
    image: Annotated[Text | None, Field(min_length=1, max_length=300, description="A tag, or `sha256:…`")] = None
    env: Annotated[dict[str, Version], Field(description="Versions by env file")] = {}
    definition: Annotated[
        Literal["newest", "keep"], Field(description="keep: the one that runs, though the catalog provisioned another")
    ] = "newest"
    tasks: Annotated[Tasks | None, Field(description="Other limits than the catalog's, until another is applied")] = (
        None
    )
    try_first: Annotated[bool, Field(description="Of a job or task: one run of it has to succeed first")] = False
    to: Annotated[
        int | None, Field(ge=1, le=10**9, description="Roll back to that release, which decides the rest")
    ] = None


class Release(Contents):
    why: Why = ""
    review: Annotated[
        str, Field(max_length=64, description="`review` of what was reviewed: if it is no longer so, nothing starts")
    ] = ""


class Reason(Asked):
    why: Why = ""


class EntryChange(Asked):
    text: Annotated[str, Field(max_length=100_000, description="The whole entry, as YAML")]
    base: Annotated[
        str,
        Field(max_length=100_000, description="`text` of the entry that it was made from"),
    ]


class EntryWrite(EntryChange, Reason):
    pass


class Answer(Reason):
    answer: Literal["continue", "roll-back"]
    hook: Annotated[Text, Field(max_length=200, description="What was seen waiting; empty: whatever waits")] = ""


class RunStart(Reason):
    copies: Annotated[int, Field(ge=1, le=10**6)] | None = None
    command: Annotated[tuple[Text, ...], Field(max_length=200, description="The program, then one argument each")] = ()
    environment: Annotated[dict[str, Text], Field(description="On top of the service's own settings")] = {}
    cpu: Annotated[int, Field(ge=1, le=10**6)] | None = None
    memory_mib: Annotated[int, Field(ge=1, le=10**7)] | None = None
    timeout_minutes: Annotated[int, Field(ge=1, le=10**5)] | None = None


class Logs(Asked):
    task: Annotated[Text, Field(max_length=100, description="Of one task alone")] = ""
    q: Annotated[Text, Field(max_length=500, description="Words that all occur")] = ""
    pattern: Annotated[Text, Field(max_length=1000, description="A filter pattern of CloudWatch")] = ""
    level: Literal["", "warning", "error"] = ""
    since: Annotated[Moment | None, Field(description="From then on")] = None
    until: Annotated[Moment | None, Field(description="Up to then")] = None
    after: Annotated[
        Moment | None, Field(description="For who follows: `next` of the answer before. Lines may come twice")
    ] = None


class IdToken(Asked):
    id_token: Annotated[
        str, Field(min_length=1, max_length=64 * 1024, description="As the provider of the CI signed it")
    ]


class LoginCode(Asked):
    code: Annotated[str, Field(min_length=1, max_length=16 * 1024, description="As the browser brought it")]
    verifier: Annotated[
        str, Field(min_length=43, max_length=128, description="Whose digest the page was asked with (PKCE, S256)")
    ]
