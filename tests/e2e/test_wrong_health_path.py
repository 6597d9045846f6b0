"""A path that the program does not serve, as ``health.path``: nothing is healthy, as on AWS."""

from tests.e2e.platform import Platform

SERVICES = ("search",)


def test_a_wrong_health_path_fails_the_release_and_the_answer_is_named(platform: Platform) -> None:
    assert platform.first_release("search").status == "succeeded"

    platform.edit("search", lambda entry: entry.update(health={"path": "/nope", "grace_seconds": 1}))
    result = platform.up()["local.search"]

    assert result.status == "rolled-back", result
    assert "asked for /nope on port 8080 and got 404" in result.ended, result
