"""JSON texts that lives and needs are made of."""

import json
from typing import Any


def trust(service: str) -> str:
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def containers(image: str) -> str:
    return json.dumps([{"name": "app", "image": image, "essential": True, "memory": 128}])


def read_objects(bucket: str) -> str:
    allowed = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return policy(allowed)
