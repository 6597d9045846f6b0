"""Where alarms of an environment call; people and tools subscribe to it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import resource_policies
from infra.json_document import json_of
from service_catalog.model import Environment


@dataclass(frozen=True)
class AlarmTopicArgs:
    environment: Environment


class AlarmTopic(pulumi.ComponentResource):
    def __init__(self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:AlarmTopic", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(name, opts=child)
        aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=json_of(resource_policies.alarms_may_publish(args.environment, topic.arn)),
            opts=child,
        )
        self.arn: pulumi.Output[str] = topic.arn
        self.register_outputs({"arn": topic.arn})
