from local_cloud.metrics.executions import Executions
from tests.local_cloud.metrics.reading import statistic
from tests.local_cloud.step_functions.machine import Machine
from tests.local_cloud.waiting import eventually


def test_each_end_is_told_once():
    executions = Executions()
    for status in ("RUNNING", "FAILED", "RUNNING", "SUCCEEDED"):
        executions.note("arn:machine", status)
    assert {datum.metric: list(datum.values) for datum in executions.data()} == {
        "ExecutionsStarted": [2.0],
        "ExecutionsFailed": [1.0],
        "ExecutionsSucceeded": [1.0],
    }
    assert executions.data() == []


def test_cloudwatch_hears_of_executions_that_failed(aws, fresh_name):
    machine = Machine(aws, fresh_name, {"No": {"Type": "Fail", "Error": "No", "Cause": "no"}})
    machine.ended(machine.start())
    asked = ("AWS/States", "ExecutionsFailed", "Sum")
    assert eventually(lambda: statistic(aws, *asked, StateMachineArn=machine.arn)) == 1
