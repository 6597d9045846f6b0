from local_cloud.tasks.backoff import QUICK_SECONDS, Backoff


def failing(times, lived_seconds=0.0):
    backoff = Backoff(clock=lambda: 100.0)
    for _ in range(times):
        backoff.ended("web:1", lived_seconds)
    return backoff


def test_the_first_failures_are_retried_at_once():
    assert [failing(times).delay_seconds("web:1") for times in range(3)] == [0, 0, 0]


def test_further_failures_wait_longer_and_longer():
    assert [failing(times).delay_seconds("web:1") for times in (3, 4, 5, 9, 99)] == [0.5, 1, 2, 30, 30]


def test_another_revision_is_not_slowed_down():
    assert failing(9).delay_seconds("web:2") == 0


def test_a_task_that_lived_long_forgives_what_was_before():
    backoff = failing(9)
    backoff.ended("web:1", QUICK_SECONDS)
    assert backoff.delay_seconds("web:1") == 0
