"""The word that everything else is there: an object in the config bucket, written last of all.

Whoever reads it (a release, the planner) can rely on what it names, so it waits for every other part of its stack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.json_document import json_of
from service_catalog.records.record import Record


@dataclass(frozen=True)
class ProvisionedArgs:
    bucket: pulumi.Input[str]
    key: str
    model: type[Record]
    """What ``document`` must fit"""
    document: Mapping[str, Any]
    after: Sequence[pulumi.Resource]


class Provisioned(pulumi.ComponentResource):
    def __init__(self, name: str, args: ProvisionedArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:stack:Provisioned", name, {}, opts)
        aws.s3.BucketObjectv2(
            name,
            bucket=args.bucket,
            key=args.key,
            content=pulumi.Output.from_input(json_of(args.document)).apply(args.model.normalized),
            content_type="application/json",
            opts=pulumi.ResourceOptions(parent=self, depends_on=args.after),
        )
        self.register_outputs({})
