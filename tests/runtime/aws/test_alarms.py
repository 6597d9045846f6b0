from runtime.aws.alarms import Alarm, read_alarm
from service_catalog import naming
from service_catalog.messages import Message
from service_catalog.model import Alarms


def test_every_alarm_that_an_entry_asks_for_is_told_in_both_languages():
    words = {field: Alarm("orders", field, "", None).words for field in Alarms.model_fields}
    unsaid = [field for field, said in words.items() if not isinstance(said, Message)]
    assert unsaid == [], "say in runtime/aws/alarms.py what rings"


def test_an_alarm_of_a_features_own_goes_by_its_name():
    name = naming.alarm("dev", "orders-api", "proxy_errors")

    alarm = read_alarm({"AlarmName": name}, naming.alarm_prefix("dev"))

    assert (alarm.service, alarm.words) == ("orders-api", "proxy errors")
