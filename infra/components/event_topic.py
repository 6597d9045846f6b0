"""Where programs hear of what happens in an environment: a topic under a key of its own, who is subscribed, and the
rule that leads its alarms there. Of releases whoever sees them end tells.

The key that AWS keeps for SNS lets no other service of AWS through, hence one of ours. Each subscription is called by
its address, so that whoever leaves the list takes nobody else's confirmation along.
"""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import alarm_events, resource_policies
from infra.json_document import json_of
from service_catalog import model, naming


@dataclass(frozen=True)
class EventTopicArgs:
    environment: model.Environment
    wanted: model.Events


class EventTopic(pulumi.ComponentResource):
    def __init__(self, name: str, args: EventTopicArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:EventTopic", name, {}, opts)
        self._name, self._environment = name, args.environment
        self._child = pulumi.ResourceOptions(parent=self)
        topic = self._topic()
        self._lead_alarms_to(topic)
        for address in args.wanted.receivers:
            aws.sns.TopicSubscription(
                naming.event_receiver(self._environment.name, address),
                topic=topic.arn,
                protocol=address.partition(":")[0],
                endpoint=address,
                opts=self._child,
            )
        self.register_outputs({"arn": topic.arn})

    def _topic(self) -> aws.sns.Topic:
        key = aws.kms.Key(
            self._name,
            description=f"Events in {self._environment.name}",
            enable_key_rotation=True,
            policy=json_of(resource_policies.events_key(self._environment)),
            opts=self._child,
        )
        return aws.sns.Topic(
            self._name,
            name=naming.events_topic(self._environment.name),
            kms_master_key_id=key.arn,
            # Signed with SHA-256; what is not said is SHA-1.
            signature_version=2,
            opts=self._child,
        )

    def _lead_alarms_to(self, topic: aws.sns.Topic) -> None:
        environment = self._environment.name
        rule = aws.cloudwatch.EventRule(
            self._name,
            description=f"Alarms of {environment}, to its events",
            event_pattern=json.dumps(alarm_events.pattern(environment)),
            opts=self._child,
        )
        may_publish = aws.sns.TopicPolicy(
            self._name,
            arn=topic.arn,
            policy=json_of(resource_policies.events_topic(topic.arn, rule.arn)),
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            self._name,
            rule=rule.id,  # its name, on the bus that every account has
            target_id="events",
            arn=topic.arn,
            input_transformer={
                "input_paths": dict(alarm_events.PATHS),
                "input_template": alarm_events.template(environment),
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[may_publish]),
        )
