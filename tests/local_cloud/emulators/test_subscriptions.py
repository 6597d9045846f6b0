import inspect
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from botocore.exceptions import ClientError
from ministack.services import sns


def subscribe(aws, topic, protocol, endpoint, **options):
    return aws("sns").subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, **options)["SubscriptionArn"]


@pytest.fixture
def topic(aws, fresh_name) -> str:
    return aws("sns").create_topic(Name=fresh_name)["TopicArn"]


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("email", "on-call@example.com"), ("https", "https://events.example.invalid/x")]
)
def test_whoever_is_subscribed_is_asked_first_and_has_an_arn_meanwhile(aws, topic, protocol, endpoint):
    assert subscribe(aws, topic, protocol, endpoint) == "pending confirmation"
    arn = subscribe(aws, topic, protocol, endpoint, ReturnSubscriptionArn=True)

    assert aws("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    assert aws("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "1"
    with pytest.raises(ClientError, match="pending confirmation"):
        aws("sns").unsubscribe(SubscriptionArn=arn)


def test_a_list_says_who_has_not_confirmed(aws, topic):
    subscribe(aws, topic, "email", "on-call@example.com")
    subscribe(aws, topic, "sqs", "arn:aws:sqs:ap-northeast-1:000000000000:x")
    listed = aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [it["Endpoint"] for it in listed if it["SubscriptionArn"] == "PendingConfirmation"] == [
        "on-call@example.com"
    ]


def test_a_loopback_address_hears_that_it_is_asked(aws, topic):
    heard = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            heard.set()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        subscribe(aws, topic, "http", f"http://127.0.0.1:{server.server_port}/x")
        assert heard.wait(10)


def test_nothing_is_posted_to_another_machine():
    from local_cloud.emulators.subscriptions import _is_here

    assert [_is_here(it) for it in ("127.0.0.1", "::1", "localhost")] == [True] * 3
    assert [_is_here(it) for it in ("192.0.2.1", "events.example.com", "")] == [False] * 3


def test_ministack_still_confirms_mail_by_itself():
    assert 'needs_confirmation = protocol in ("http", "https")' in inspect.getsource(sns._subscribe)
