"""Step Functions: state machines."""

from local_cloud.aws.kind import Call, Kind, Look, Named

KINDS = [
    Kind(
        "aws:sfn/stateMachine:StateMachine",
        "stepfunctions",
        create=Call("create_state_machine"),
        id="arn:{partition}:states:{region}:{account}:stateMachine:{name}",
        look=Look("describe_state_machine", {"stateMachineArn": "{id}"}, "[@][?status != 'DELETING'] | [0]"),
        updates=(Call("update_state_machine", {"stateMachineArn": "{id}"}),),
        delete=Call("delete_state_machine", {"stateMachineArn": "{id}"}),
        fixed="name type",
        named=Named(longest=80),
        tags="{id}",
        outputs={"arn": "stateMachineArn", "status": "status"},
    ),
]
