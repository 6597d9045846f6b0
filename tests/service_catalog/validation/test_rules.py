from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import about, faults_by
from tests.builders import a_service


@about("alarms", "exec")
def never(service):
    yield Fault(("exec",), "was asked")


@about()
def always(service):
    yield Fault(("name",), "was asked")


def test_a_rule_is_asked_where_the_entry_says_one_of_its_fields():
    assert [it.path for it in faults_by((never, always), a_service(exec=False))] == [("exec",), ("name",)]
    assert [it.path for it in faults_by((never, always), a_service())] == [("name",)]
