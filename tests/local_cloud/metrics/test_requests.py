from local_cloud.metrics.requests import Requests

WAY = ("app/public/1", "targetgroup/web/2")


def sums(requests):
    data = [datum for datum in requests.data() if datum.unit == "Count"]
    return {datum.metric: sum(value * count for value, count in datum.values.items()) for datum in data}


def noted(*answers):
    requests = Requests()
    for status, seconds in answers:
        requests.note(WAY, status, seconds)
    return requests


def test_requests_are_counted_by_how_the_target_answered():
    requests = noted((200, 0.1), (204, 0.1), (404, 0.1), (500, 0.1))
    assert sums(requests) == {
        "RequestCount": 4,
        "HTTPCode_Target_2XX_Count": 2,
        "HTTPCode_Target_4XX_Count": 1,
        "HTTPCode_Target_5XX_Count": 1,
    }


def test_what_the_load_balancer_answers_is_no_answer_of_the_target():
    requests = noted((502, 0.1), (200, 0.1))
    [timed] = [datum for datum in requests.data() if datum.metric == "TargetResponseTime"]
    assert timed.values == {0.1: 1}
    assert sums(noted((502, 0.1))) == {"RequestCount": 1}


def test_a_request_for_which_there_was_no_target_is_not_counted():
    assert noted((503, 0.1)).data() == []


def test_response_times_are_kept_to_two_digits():
    [timed] = [datum for datum in noted((200, 0.01234), (200, 0.01236)).data() if datum.unit == "Seconds"]
    assert timed.values == {0.012: 2}
    assert timed.dimensions == {"LoadBalancer": "app/public/1", "TargetGroup": "targetgroup/web/2"}


def test_each_look_tells_what_came_since_the_one_before():
    requests = noted((200, 0.1))
    assert sums(requests)["RequestCount"] == 1
    assert requests.data() == []
