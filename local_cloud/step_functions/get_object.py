"""``aws-sdk:s3:getObject``: answers ``Body`` as text. MiniStack calls it not yet implemented."""

import re
from typing import Any

GET_OBJECT = "arn:aws:states:::aws-sdk:s3:getObject"


def install(sfn: Any, s3: Any) -> None:
    invoke = sfn._invoke_aws_sdk_integration

    def invoked(resource: str, arguments: Any) -> Any:
        return _object(sfn, s3, arguments) if resource == GET_OBJECT else invoke(resource, arguments)

    sfn._invoke_aws_sdk_integration = invoked


def _object(sfn: Any, s3: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    status, headers, body = s3._get_object(arguments["Bucket"], arguments["Key"], {}, {})
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else str(body)
    if status != 200:
        code = re.search(r"<Code>(\w+)</Code>", text)
        raise sfn._ExecutionError(f"S3.{code[1] if code else 'S3'}Exception", text)
    told = {name.lower(): value for name, value in headers.items()}
    return {
        "Body": text,
        "ContentLength": len(body),
        "ContentType": told.get("content-type", ""),
        "ETag": told.get("etag", ""),
        "LastModified": told.get("last-modified", ""),
    }
