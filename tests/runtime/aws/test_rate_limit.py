from runtime.aws.rate_limit import RateLimit


def test_burst_goes_at_once_and_the_rest_at_the_pace():
    now = [0.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 3))
        now[0] += seconds

    rate_limit = RateLimit(2, 5, lambda: now[0], sleep)
    for _call in range(4):
        rate_limit.wait()

    assert waits == [0.2, 0.2]


def test_pause_earns_no_more_than_the_burst():
    now = [0.0]
    waits: list[float] = []
    rate_limit = RateLimit(2, 5, lambda: now[0], waits.append)
    now[0] = 100.0
    for _call in range(3):
        rate_limit.wait()
    assert waits == [0.2]


def test_who_would_wait_for_too_long_takes_nothing():
    waits: list[float] = []
    rate_limit = RateLimit(1, 2, lambda: 0.0, waits.append)

    assert [rate_limit.wait_briefly(1.0) for _call in range(5)] == [True, True, True, False, False]
    assert waits == [0.5, 1.0]
