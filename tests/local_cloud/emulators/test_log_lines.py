from local_cloud.emulators.log_lines import LINES_KEPT


def test_the_newest_lines_of_a_stream_are_kept(aws, fresh_name):
    logs, stream = aws("logs"), {"logGroupName": fresh_name, "logStreamName": "app"}
    logs.create_log_group(logGroupName=fresh_name)
    logs.create_log_stream(**stream)
    for start in range(0, LINES_KEPT + 500, 500):
        lines = [{"timestamp": 1_800_000_000_000 + at, "message": str(at)} for at in range(start, start + 500)]
        logs.put_log_events(**stream, logEvents=lines)

    oldest = logs.get_log_events(**stream, startFromHead=True, limit=1)["events"][0]
    newest = logs.get_log_events(**stream, limit=1)["events"][0]

    assert (oldest["message"], newest["message"]) == ("500", str(LINES_KEPT + 499))
