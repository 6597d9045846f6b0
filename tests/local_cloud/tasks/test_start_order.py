from local_cloud.tasks.start_order import conditions, in_start_order


def container(name: str, **awaited: str) -> dict[str, object]:
    return {"name": name, "dependsOn": [{"containerName": it, "condition": said} for it, said in awaited.items()]}


def test_containers_start_after_those_that_they_wait_for_and_else_as_they_stand():
    app = container("app", setup="SUCCESS", agent="START")
    found = in_start_order([app, container("agent"), container("proxy", app="START"), container("setup")])
    assert [it["name"] for it in found] == ["agent", "setup", "app", "proxy"]


def test_what_others_wait_for_is_known_of_each():
    containers = [container("app", setup="SUCCESS"), container("other", setup="COMPLETE"), container("setup")]
    assert conditions("setup", containers) == {"SUCCESS", "COMPLETE"}
    assert conditions("app", containers) == frozenset()
