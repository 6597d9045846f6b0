from infra.components.task_security import TaskSecurity, TaskSecurityArgs
from infra.service_parts import IngressSource


def test_tasks_are_reached_by_those_whom_features_name_and_by_nobody_else(engine):
    door = IngressSource("load-balancer", "sg-balancer", 8080)
    engine.run(lambda: TaskSecurity("orders-api", TaskSecurityArgs("dev", "orders-api", "vpc-1")).allow([door]))

    assert engine.of_type("aws:ec2/securityGroup:SecurityGroup") == [
        {"vpcId": "vpc-1", "description": "Tasks of orders-api in dev", "tags": {"Name": "dev-orders-api"}}
    ]
    assert engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") == [
        {
            "securityGroupId": "orders-api-id",
            "description": "Requests from the load balancer",
            "referencedSecurityGroupId": "sg-balancer",
            "ipProtocol": "tcp",
            "fromPort": 8080,
            "toPort": 8080,
        }
    ]
    assert engine.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == [
        {
            "securityGroupId": "orders-api-id",
            "description": "Whatever the program asks, and its image",
            "cidrIpv4": "0.0.0.0/0",
            "ipProtocol": "-1",
        }
    ]


def test_a_service_that_nothing_leads_to_is_reached_by_nobody(engine):
    engine.run(lambda: TaskSecurity("orders-api", TaskSecurityArgs("dev", "orders-api", "vpc-1")))
    assert engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") == []
