import json

from ministack.services import stepfunctions

from tests.local_cloud.services import BUCKET
from tests.local_cloud.step_functions.machine import Machine

READ = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
    "Arguments": {"Bucket": BUCKET, "Key": "{% $states.input.key %}"},
    "Output": "{% $parse($states.result.Body).revision %}",
    "End": True,
}


def test_an_object_is_read_as_text(prepared, fresh_name):
    prepared("s3").put_object(Bucket=BUCKET, Key="live/a.json", Body=b'{"revision": "arn:one"}')
    machine = Machine(prepared, fresh_name, {"Read": READ})
    assert json.loads(machine.ended(machine.start(key="live/a.json"))["output"]) == "arn:one"


def test_an_object_that_is_not_there_is_told_as_the_sdk_does(prepared, fresh_name):
    machine = Machine(prepared, fresh_name, {"Read": READ})
    assert machine.ended(machine.start(key="live/none.json"))["error"] == "S3.NoSuchKeyException"


def test_ministack_still_reads_no_object():
    assert "GetObject" not in stepfunctions._REST_XML_OP_SPECS["s3"]
