"""Where the ``init-`` image of Fluent Bit finds its configuration: objects in S3, which variables name by ARN."""

import re
from collections.abc import Callable, Mapping

from local_cloud.log_router.configuration import NotKnown

_VARIABLE = re.compile(r"aws_fluent_bit_init_[sS]3_\w+")


def of_router(environment: Mapping[str, str], read_object: Callable[[str, str], bytes | None]) -> dict[str, str]:
    """Texts by the object's key. Raises NotKnown."""
    found = {}
    for variable, arn in environment.items():
        if variable.startswith("aws_fluent_bit_init") and not _VARIABLE.fullmatch(variable):
            raise NotKnown(f"the variable {variable}")
        if _VARIABLE.fullmatch(variable):
            bucket, _, key = arn.rpartition(":")[2].partition("/")
            body = read_object(bucket, key)
            if body is None:
                raise NotKnown(f"its configuration: there is no {key} in {bucket}")
            found[key] = body.decode()
    if not found:
        raise NotKnown("to start without configuration: no variable aws_fluent_bit_init_s3_1 names any")
    return found
