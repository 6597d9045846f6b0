"""Subscriptions to the environment's alarm topic."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from service_catalog import model, naming


@dataclass(frozen=True)
class AlarmReceiversArgs:
    environment: model.Environment
    wanted: model.AlarmReceivers
    topic_arn: pulumi.Input[str]


class AlarmReceivers(pulumi.ComponentResource):
    """Each is called by its address, so that whoever leaves the list takes nobody else's confirmation along."""

    def __init__(self, name: str, args: AlarmReceiversArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:AlarmReceivers", name, {}, opts)
        receivers = [("email", it) for it in args.wanted.emails] + [("https", it) for it in args.wanted.https]
        for protocol, address in receivers:
            aws.sns.TopicSubscription(
                naming.alarm_receiver(args.environment.name, address),
                topic=args.topic_arn,
                protocol=protocol,
                endpoint=address,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
