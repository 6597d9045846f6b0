"""What pydantic found wrong, in our words: what must be, what there is, what to write instead."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service_catalog import patterns
from service_catalog.fields import Field, tree
from service_catalog.messages import Message, say
from service_catalog.problems import did_you_mean, for_message
from service_catalog.validation.faults import Fault, got
from service_catalog.yaml_text import lookalikes
from service_catalog.yaml_text.locations import Path
from service_catalog.yaml_text.reader import Unclear

PATTERNS = {
    patterns.VARIABLE: say("must be letters, digits and underscores, not beginning with a digit"),
    patterns.URL_PATH: say("must begin with '/' and hold no spaces"),
    patterns.HOST_PATTERN: say("must be a host name; '*' and '?' match"),
    patterns.HOST_NAME: say("must be a host name without wildcards"),
    patterns.DOMAIN: say("must be a domain of at least two parts, like slipway.internal"),
    patterns.ANSWER_CODES: say("must be status codes from 200 to 499, like 200, 200-299 or 200,404"),
    patterns.ADDRESSES: say("must be addresses like 203.0.113.0/24 or 2001:db8::/32"),
    patterns.TOKEN: say("must be the name of a header or cookie"),
    patterns.HEADER_VALUE: say("must hold no spaces; '?' matches one"),
    patterns.EMAIL: say("must be a mail address like on-call@example.com"),
    patterns.SLACK_WORKSPACE: say("must be a workspace's id like T0123ABCD"),
    patterns.SLACK_CHANNEL: say("must be a channel's id like C0123ABCD"),
    patterns.TEAMS_CHANNEL: say("must be a channel's id as its link spells it: 19%3A…%40thread.tacv2"),
    patterns.UUID: say("must be an id like 01234567-89ab-cdef-0123-456789abcdef"),
    patterns.ISSUER: say("must be the address of who issues tokens, like https://login.example.com/"),
    patterns.ORIGIN: say("must be an origin like https://shop.example.com, or '*'"),
    patterns.CLAIM: say("must be a claim's name of letters, digits, '_' and '.': API Gateway reads no others"),
    patterns.SCOPE: say("must be words with a space between"),
    patterns.HEADER_TEXT: say("must be letters, digits and signs of ASCII, on one line"),
    patterns.LINE_FIELD: say("must be names of fields with dots between; a dot within a name is written \\."),
    patterns.RATE: say("must be a number and a unit, like 15 minutes, 1 hour or 2 days"),
    patterns.DIRECTORY: say("must begin with '/' and hold no control characters"),
    patterns.USER: say("must be a user, or a user and a group with ':' between"),
    patterns.CERTIFICATE: say("must be the ARN of an ACM certificate (arn:aws:acm:…:certificate/…)"),
    patterns.KEY: say("must be a KMS key's ARN (arn:aws:kms:…:key/…)"),
    patterns.ROLE: say("must be the ARN of an IAM role (arn:aws:iam::…:role/…)"),
    patterns.EXTERNAL_ID: say("must be 2 to 1,224 letters, digits and signs of _ + = , . @ : / -"),
    patterns.TAG: say("must be an image tag: letters, digits, '_', '.' and '-'"),
    patterns.DIGEST: say("must be sha256: and 64 hexadecimal digits"),
    patterns.PARAMETER: say("must be the name or the whole ARN of an SSM parameter"),
    patterns.SECRET: say("must be the name or the whole ARN of a secret"),
    patterns.NO_BLANK: say("must be signs of ASCII without blanks"),
    patterns.NO_COLON: say("must hold no ':'"),
    patterns.SECRET_VERSION: say("must be letters, digits and hyphens"),
    patterns.BUCKET: say("must be the name of a bucket"),
    patterns.QUEUE: say("must be the name of a queue"),
    patterns.DELIVERY_STREAM: say("must be the name of a delivery stream"),
    patterns.TABLE: say("must be the name of a table"),
    patterns.TOPIC: say("must be the name of a topic"),
    patterns.EVENT_BUS: say("must be the name of an event bus"),
    patterns.MODEL: say("must be the id of a model or an inference profile"),
    patterns.ACTION: say("must be an action, like s3:GetObject"),
    patterns.RESOURCE: say("must be a whole ARN, or a service and its resource, like lambda:function:resize"),
    patterns.OPERATOR: say("must be a condition's operator, like StringEquals"),
    patterns.CONDITION_KEY: say("must be a condition's key, like aws:RequestedRegion"),
    patterns.FUNCTION: say("must be the ARN of a Lambda function, like arn:aws:lambda:…:function:check"),
    patterns.ZONE: say("must be a hosted zone's id (Z…)"),
    patterns.FILE_SYSTEM: say("must be a file system's id (fs-…)"),
    patterns.ACCESS_POINT: say("must be an access point's id (fsap-…)"),
    patterns.SECURITY_GROUP: say("must be a security group's id (sg-…)"),
    patterns.PERMISSIONS: say('must be octal digits in quotes, like "0750"'),
    patterns.VPC: say("must be a VPC's id (vpc-…)"),
    patterns.SUBNET: say("must be a subnet's id (subnet-…)"),
    patterns.INSTANCE_TYPE: say("must be an EC2 instance type like m7g.large"),
    patterns.INSTANCE_TYPES: say("must be EC2 instance types like m7g.large, m7g.* or m7*.*"),
    patterns.NETWORK: say("must be a network like 10.20.0.0/16"),
    patterns.ACCOUNT: say("must be 12 digits"),
    patterns.REGION: say("must be a region like ap-northeast-1"),
}
"""In words, the patterns that need no look at what was given; a test asks that each pattern has a sentence."""


def faults(error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        path = tuple(step for step in detail["loc"] if step != "[key]")
        given = detail["input"]
        if _is_echo(detail):
            continue
        if detail["type"] == "missing":
            yield Fault(path, say("is missing"), _description(model, path))
        elif detail["type"] == "extra_forbidden":
            yield Fault(path, say("is not a known field"), _nearest_field(model, path))
        elif detail["type"] == "string_type" and isinstance(given, Unclear):
            yield Fault(path, given.readings, say("put it in quotes"))
        else:
            wanted, hint = _SENTENCES.get(detail["type"], _as_pydantic_says)(detail)
            yield Fault(path, got(wanted, _given(detail)), hint, isinstance(given, float))


def _is_echo(detail: ErrorDetails) -> bool:
    """Pydantic counts only the items it could read, and calls a list too short when the others are merely wrong."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _given(detail: ErrorDetails) -> str:
    given = detail["input"]
    if detail["type"] in ("string_too_long", "too_long", "too_short"):
        return str(len(given)) if given else say("none")
    if detail["type"] == "int_type" and isinstance(given, str) and _unquoted(given):
        return say("the text %(text)s", text=for_message(given))
    return for_message(given)


_Sentence = tuple[str, str]
"""What must be, and a hint"""


def _as_pydantic_says(detail: ErrorDetails) -> _Sentence:
    return detail["msg"][0].lower() + detail["msg"][1:], ""


def _whole(detail: ErrorDetails) -> _Sentence:
    return say("must be a whole number"), _unquoted(detail["input"])


def _unquoted(given: Any) -> str:
    if isinstance(given, Unclear):
        return _in_digits(given.word)
    is_quoted_number = isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 16
    return say("write %(meant)s", meant=int(given)) if is_quoted_number else ""


def _in_digits(word: str) -> str:
    """What is surely meant; ``0x1F`` and ``12:30`` are left to their writer."""
    meant = word.replace("_", "").lstrip("0") or "0"
    if not (meant.isascii() and meant.isdecimal()):
        return say("write it in digits")
    return say("write %(meant)s", meant=meant) if len(meant) < 16 else say("it is too long for a number")


def _text(detail: ErrorDetails) -> _Sentence:
    return say("must be text"), say("put it in quotes") if isinstance(detail["input"], bool | int | float) else ""


def _fields(detail: ErrorDetails) -> _Sentence:
    return say("must hold fields (key: value)"), lookalikes.hint(detail["input"])


def _list(detail: ErrorDetails) -> _Sentence:
    given = detail["input"]
    is_one = isinstance(given, str | int) and len(str(given)) < 40
    meant = [_as_item(word) for word in str(given).split()] if detail["loc"][-1] in _COMMANDS else [str(given)]
    return say("must be a list"), say("write %(meant)s", meant=f"[{', '.join(meant)}]") if is_one else ""


_COMMANDS = ("command", "entry_point")
"""Lists in which each word is an item"""


def _as_item(word: str) -> str:
    return word if re.fullmatch(r"[A-Za-z/.-][A-Za-z0-9/._=-]*", word) else repr(word)


def _one_of(detail: ErrorDetails) -> _Sentence:
    given, expected = detail["input"], detail["ctx"]["expected"]
    choices = re.findall(r"'([^']*)'", expected)
    listed = re.sub(" or (?=[^,]*$)", ", ", expected)
    wanted = say("must be one of %(choices)s", choices=listed) if "," in listed else say("must be %(it)s", it=listed)
    if isinstance(given, str):
        return wanted, did_you_mean(given, choices) if choices else _unquoted(given)
    return wanted, "" if choices else _unquoted(given)


def _pattern(detail: ErrorDetails) -> _Sentence:
    pattern, given = detail["ctx"]["pattern"], detail["input"]
    return LOOKS[pattern](given) if pattern in LOOKS else (PATTERNS[pattern], "")


def name_sentence(given: str) -> _Sentence:
    """What is wrong with a name of ours, and what it could be instead."""
    better = near_name(given)
    hint = say("write %(meant)s", meant=better) if better and better[0].isalpha() else ""
    if not better and any(sign.isalpha() for sign in given):
        hint = say("choose one in the letters a to z, such as orders-api")
    if not re.fullmatch(r"[a-z0-9-]*", given):
        return say("must be lower-case letters, digits and hyphens, beginning with a letter"), hint
    if not given[:1].isalpha():
        return say("must begin with a letter"), hint
    return say("must end in a letter or a digit"), hint


def near_name(given: str) -> str:
    """The nearest that may be a name, accents dropped; empty where letters would be lost that a to z has none for."""
    plain = unicodedata.normalize("NFKD", given).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    is_lost = any(sign.isalnum() and not sign.isascii() for sign in plain)
    return "" if is_lost else re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _path_pattern(given: str) -> _Sentence:
    if not given.startswith("/"):
        return say("must begin with '/'"), say("write %(meant)s", meant=f"/{given}")
    odd = "".join(dict.fromkeys(re.sub(f"[{patterns.IN_A_PATH}]", "", given)))
    return say("must hold no %(signs)s, which a load balancer takes in no path", signs=for_message(odd)), ""


def _repository(given: str) -> _Sentence:
    scheme, _, rest = given.rpartition("://")
    if scheme:
        meant = behind_page(rest) or rest.lower()
        return say("must not begin with %(scheme)s", scheme=f"{scheme}://"), say("write %(meant)s", meant=meant)
    if ":" in given.rpartition("/")[2]:
        return say("must hold no tag"), say("write it as image.tag, or leave tags to releases")
    if "@" in given:
        return say("must hold no digest"), say("write it as image.digest")
    if re.search(r"[A-Z]", given):
        hint = say("write %(meant)s", meant=given.lower())
        return say("must be lower case, as registries want it"), hint
    return say("must be a repository's name, like team/orders or ghcr.io/team/orders"), ""


def behind_page(address: str) -> str:
    """The image that a page of Docker Hub is about; empty for any other address."""
    page = re.fullmatch(r"hub\.docker\.com/(?:r/|_/)(?P<name>[^/]+(?:/[^/]+)?)/?", address)
    if not page:
        return ""
    return f"docker.io/{page['name']}" if "/" in page["name"] else f"docker.io/library/{page['name']}"


def _visible(given: str) -> _Sentence:
    codes = ", ".join(
        dict.fromkeys(f"U+{ord(sign):04X}" for sign in given if re.match(f"[{patterns.INVISIBLE}]", sign))
    )
    return say("must hold no control or direction marks (%(codes)s)", codes=codes), say("remove them")


def _no_nul(given: str) -> _Sentence:
    return say("must hold no NUL character, which no program's environment takes"), say("remove it")


def _https(given: str) -> _Sentence:
    meant = re.sub(r"^(http://|//|(?![a-z]+:))", "https://", given) if re.fullmatch(r"[!-~]+", given) else ""
    hint = say("write %(meant)s", meant=meant) if re.match(patterns.HTTPS_ADDRESS, meant) else ""
    return say("must be an address that begins with https:// and names no user"), hint


LOOKS: dict[str, Callable[[str], _Sentence]] = {
    patterns.NAME: name_sentence,
    patterns.PATH_PATTERN: _path_pattern,
    patterns.REPOSITORY: _repository,
    patterns.VISIBLE: _visible,
    patterns.NO_NUL: _no_nul,
    patterns.HTTPS_ADDRESS: _https,
    patterns.RECEIVER: _https,
}
"""Patterns whose sentence depends on what was given."""


_SENTENCES: dict[str, Callable[[ErrorDetails], _Sentence]] = {
    "int_type": _whole,
    "string_type": _text,
    "bool_type": lambda detail: (say("must be true or false"), ""),
    "dict_type": _fields,
    "model_type": _fields,
    "tuple_type": _list,
    "literal_error": _one_of,
    "string_pattern_mismatch": _pattern,
    "greater_than_equal": lambda detail: (say("must be at least %(low)s", low=detail["ctx"]["ge"]), ""),
    "less_than_equal": lambda detail: (say("must be at most %(high)s", high=detail["ctx"]["le"]), ""),
    "string_too_long": lambda detail: (
        say("must be at most %(max)s characters long", max=detail["ctx"]["max_length"]),
        "",
    ),
    "string_too_short": lambda detail: (say("must not be empty"), ""),
    "too_long": lambda detail: (say("must hold at most %(max)s", max=detail["ctx"]["max_length"]), ""),
    "too_short": lambda detail: (say("needs at least %(min)s", min=detail["ctx"]["min_length"]), ""),
}


# --- the model, asked by path -----------------------------------------------------------------------------------------


def _description(model: type[BaseModel], path: Path) -> Message:
    """What the model says about a field. The portal translates it as it translates the form."""
    field = tree(model).at(path)
    return Message(field.description if field else "")


def _nearest_field(model: type[BaseModel], path: Path) -> str:
    owner, word = tree(model).at(path[:-1]), str(path[-1])
    if told := lookalikes.told_of_tight_colon(word):
        return told[1]
    if owner is None:
        return ""
    extra = ["environments"] if len(path) == 1 and "image" in owner.fields else []
    return _elsewhere(owner, word) or did_you_mean(word, [*owner.fields, *extra])


def _elsewhere(owner: Field, word: str) -> str:
    """``cpu`` at the top of an entry belongs under ``compute``."""
    inner = next((group for group in owner.fields.values() if word in group.fields), None)
    return say("did you mean '%(word)s'?", word=f"{inner.name}.{word}") if inner else ""
