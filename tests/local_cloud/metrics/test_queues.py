from local_cloud.metrics.queues import Queues
from tests.local_cloud.metrics.reading import statistic
from tests.local_cloud.waiting import eventually


def message(sent_at: float, visible_at: float, receive_count: int = 0) -> dict[str, float]:
    return {"sent_at": sent_at, "visible_at": visible_at, "receive_count": receive_count}


def measured(*messages: dict[str, float], now: float = 1000) -> dict[str, float]:
    data = Queues(lambda: [{"name": "orders", "messages": messages}], now=lambda: now).data()
    assert {tuple(datum.dimensions.items()) for datum in data} == {(("QueueName", "orders"),)}
    return {datum.metric: next(iter(datum.values)) for datum in data}


def test_waiting_received_and_delayed_messages_are_counted_apart():
    found = measured(message(900, 900), message(950, 950), message(990, 1030, receive_count=1), message(999, 1060))
    assert found["ApproximateNumberOfMessagesVisible"] == 2
    assert found["ApproximateNumberOfMessagesNotVisible"] == 1
    assert found["ApproximateNumberOfMessagesDelayed"] == 1
    assert found["ApproximateAgeOfOldestMessage"] == 100


def test_an_empty_queue_says_so():
    assert set(measured().values()) == {0}


def test_cloudwatch_hears_of_what_waits_in_a_queue(aws, fresh_name):
    url = aws("sqs").create_queue(QueueName=fresh_name)["QueueUrl"]
    aws("sqs").send_message(QueueUrl=url, MessageBody="one")
    asked = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
    assert eventually(lambda: statistic(aws, *asked, QueueName=fresh_name)) == 1
