"""What an environment's services share beside network and buckets."""

from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.cluster import Cluster, ClusterArgs
from infra.components.exec_audit import ExecAudit, ExecAuditArgs
from infra.components.namespace import Namespace, NamespaceArgs
from infra.components.schedule_group import ScheduleGroup, ScheduleGroupArgs
from tests.builders import an_environment


def test_the_cluster_sends_exec_sessions_to_the_audit_log_encrypted(engine):
    engine.run(lambda: Cluster("dev", ClusterArgs("dev", "enhanced", "/slipway/dev/_exec", "arn:key")))

    assert engine.one("aws:ecs/cluster:Cluster").inputs == {
        "name": "slipway-dev",
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
        "configuration": {
            "executeCommandConfiguration": {
                "kmsKeyId": "arn:key",
                "logging": "OVERRIDE",
                "logConfiguration": {
                    "cloudWatchLogGroupName": "/slipway/dev/_exec",
                    "cloudWatchEncryptionEnabled": True,
                },
            }
        },
    }


def test_the_cluster_offers_fargate_and_spot_and_chooses_neither(engine):
    engine.run(lambda: Cluster("dev", ClusterArgs("dev", "disabled", "group", "arn:key")).offer([]))
    assert engine.one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs == {
        "clusterName": "slipway-dev",
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
    }


def test_exec_sessions_are_kept_encrypted_under_a_key_that_turns(engine):
    engine.run(lambda: ExecAudit("dev-exec", ExecAuditArgs(an_environment(exec_log_retention_days=731))))

    key = engine.one("aws:kms/key:Key")
    [group] = engine.of_type("aws:cloudwatch/logGroup:LogGroup")

    assert key.inputs["enableKeyRotation"] is True
    assert group == {
        "name": "/slipway/dev/_exec",
        "retentionInDays": 731,
        "kmsKeyId": "arn:aws:key:ap-northeast-1:123456789012:dev-exec",
    }
    logs = key.document("policy")["Statement"][1]
    assert logs["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"].endswith(
        ":log-group:/slipway/dev/_exec"
    )


def test_the_namespace_is_called_alike_in_every_environment_that_says_nothing_else(engine):
    engine.run(lambda: Namespace("dev", NamespaceArgs(an_environment(), "vpc-1")))
    assert engine.one("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace").inputs == {
        "name": "slipway.internal",
        "vpc": "vpc-1",
        "description": "Services of dev",
    }


def test_the_schedules_of_an_environment_stand_in_one_group(engine):
    engine.run(lambda: ScheduleGroup("dev", ScheduleGroupArgs("dev")))
    assert engine.of_type("aws:scheduler/scheduleGroup:ScheduleGroup") == [{"name": "slipway-dev"}]


def test_alarms_may_publish_to_the_topic_they_call(engine):
    engine.run(lambda: AlarmTopic("dev-alarms", AlarmTopicArgs(an_environment())))

    policy = engine.one("aws:sns/topicPolicy:TopicPolicy")

    assert policy.inputs["arn"] == "arn:aws:topic:ap-northeast-1:123456789012:dev-alarms"
    assert policy.document("policy")["Statement"][0]["Resource"] == policy.inputs["arn"]
