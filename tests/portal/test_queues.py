"""A worker's queue on its page, and the way back for dead letters."""

import pytest

from tests.builders import a_worker
from tests.fake_aws.service import refused
from tests.portal.reading import plain, text_of

PAGE = "/local/services/mailer"
SEND_BACK = f"{PAGE}/dead-letters/send-back"
URL, DEAD_URL = "https://sqs/local_mailer", "https://sqs/local_mailer_dead"
ARN = "arn:aws:sqs:ap-northeast-1:000000000000:local_mailer"
EXISTING = {"url": URL, "name": "local_mailer", "arn": ARN}
OWN = {**EXISTING, "dead_letter_url": DEAD_URL, "dead_letter_name": "local_mailer_dead"}


@pytest.fixture
def provision(local, aws):
    def provisioned(queue, dead=2):
        local.push("mailer", "1.0.0")
        local.provision(a_worker(), queue=queue)
        aws.sqs.counts[URL] = {"ApproximateNumberOfMessages": 41, "ApproximateNumberOfMessagesNotVisible": 7}
        aws.sqs.counts[DEAD_URL] = {"ApproximateNumberOfMessages": dead}

    return provisioned


def test_worker_shows_what_waits_and_what_is_dead(client, provision, aws):
    provision(OWN)

    page = plain(text_of(client, PAGE))

    assert "Queue local_mailer Send back to the queue… Waiting 41 In flight 7 Oldest message – Dead letters 2" in page


@pytest.mark.parametrize(("measured", "said"), [([90.0], "1 min 30 s"), ([90.0, *[None] * 9], "–")])
def test_age_of_the_oldest_message_is_told_while_it_is_new(client, provision, aws, measured, said):
    provision(OWN)
    aws.cloudwatch.measures("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "local_mailer"}, measured)

    assert f"Oldest message {said} Dead letters" in plain(text_of(client, PAGE))


def test_without_dead_letters_there_is_nothing_to_send_back(client, provision):
    provision(OWN, dead=0)

    assert "Send back to the queue" not in plain(text_of(client, PAGE))
    assert "There are no dead letters." in plain(text_of(client, SEND_BACK))


def test_of_an_existing_queue_no_dead_letters_are_known(client, provision):
    provision(EXISTING)

    page = plain(text_of(client, PAGE))

    assert "Whether it has a dead-letter queue is not known here." in page
    assert "Dead letters" not in page
    assert "Send back" not in page
    assert client.get(SEND_BACK).status_code == 404


def test_dead_letters_are_sent_back_after_a_look_by_whoever_says_why(post, provision, aws, local):
    provision(OWN)
    review = plain(text_of(post.client, SEND_BACK))
    assert "Dead letters 2 From local_mailer_dead To local_mailer" in review

    answer = post(SEND_BACK, SEND_BACK, why="Mended in 1.0.1")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert aws.sqs.moved == [f"{ARN}_dead"]
    [act] = local.connect().audit.newest("mailer", 10)
    assert (act.entry.who, act.entry.why) == ("Sato Yui", "Mended in 1.0.1")
    assert "SQS moves the dead letters back to the queue now." in plain(text_of(post.client, PAGE))


def test_a_queue_that_cannot_be_read_leaves_the_rest_of_the_page(client, provision, aws):
    provision(OWN)
    aws.refusals["sqs.get_queue_attributes"] = refused("AccessDenied", "not yours")

    page = plain(text_of(client, PAGE))

    assert "Its messages could not be counted: AWS does not allow counting the messages of queue local_mailer" in page
    assert "Waiting" not in page


def test_dead_letters_that_are_being_moved_already_are_not_moved_twice(post, provision, aws):
    provision(OWN)
    code = "AWS.SimpleQueueService.UnsupportedOperation"
    aws.refusals["sqs.start_message_move_task"] = refused(code, "There is already a task running.")

    answer = post(SEND_BACK, SEND_BACK)

    assert answer.status_code == 409
    assert "SQS is moving dead letters of mailer already; look again in a moment" in plain(answer.text)
