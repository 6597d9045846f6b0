"""EFS makes one file system with a creation token, and says of another that it is there; a deleted one takes its files
along. MiniStack hands the first out again, and knows no files: those that tasks left are in directories of ours."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


def install(efs: Any, files: Path) -> None:
    """``files``: below it each file system has a directory by its id."""
    create, delete = efs._create_file_system, efs._delete_file_system

    def made(body: Mapping[str, Any]) -> Answer:
        token = body.get("CreationToken")
        there = next((it for it in efs._file_systems.values() if token and it["CreationToken"] == token), None)
        return _taken(there) if there else create(body)

    def deleted(id: str) -> Answer:
        answer: Answer = delete(id)
        if answer[0] == 204:
            shutil.rmtree(files / id, ignore_errors=True)
        return answer

    efs._create_file_system, efs._delete_file_system = made, deleted


def _taken(there: Mapping[str, Any]) -> Answer:
    code, id = "FileSystemAlreadyExists", there["FileSystemId"]
    message = f"File system '{id}' already exists with creation token '{there['CreationToken']}'"
    body = {"ErrorCode": code, "Message": message, "FileSystemId": id}
    return 409, {"Content-Type": "application/json", "x-amzn-errortype": code}, json.dumps(body).encode()
