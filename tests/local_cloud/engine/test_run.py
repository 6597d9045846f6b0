"""What a run does to the cloud: create, update, replace, delete, in order."""

import gc
from pathlib import Path

import pulumi

from tests.local_cloud.engine.resources import Group, Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest


def chain() -> None:
    provider = Provider()
    first = Thing("first", opts(provider), size=1)
    second = Thing("second", opts(provider), address_of_first=first.address)
    pulumi.export("address", second.address)


def nothing() -> None:
    pass


def test_a_new_stack_is_created_in_the_order_of_its_references(stack: StackUnderTest) -> None:
    result = stack.up(chain)

    assert stack.steps() == [("create", "first"), ("create", "second")]
    assert result.ok
    assert result.counts == {"create": 4}  # with the stack and the provider
    assert result.outputs == {"address": f"//{stack.resource('second')['id']}"}


def test_a_second_run_changes_and_writes_nothing(stack: StackUnderTest) -> None:
    stack.up(chain)
    before = stack.document()

    result = stack.up(chain)

    assert (result.counts, result.changes) == ({"same": 4}, 0)
    assert stack.document() == before
    assert stack.backend.serial() == 1


def test_an_update_sends_only_what_changed(stack: StackUnderTest, cloud) -> None:
    def program(size: int) -> None:
        Thing("one", opts(Provider()), name="one", size=size, note="same")

    stack.up(lambda: program(1))
    stack.up(lambda: program(2))

    assert cloud.calls == ["create one", "update one size"]
    [event] = [event for event in stack.events if event.action == "update" and event.state == "done"]
    assert event.changed == ("size",)


def test_a_replacement_makes_the_new_one_moves_its_users_and_deletes_the_old_one_last(stack, cloud) -> None:
    def program(color: str) -> None:
        provider = Provider()
        first = Thing("first", opts(provider), name=f"first-{color}", color=color)
        Thing("user", opts(provider), name="user", note=first.address)

    stack.up(lambda: program("red"))
    cloud.calls.clear()
    stack.up(lambda: program("blue"))

    assert cloud.calls == ["create first-blue", "update user note", "delete first-red"]
    assert cloud.names() == ["first-blue", "user"]
    assert stack.steps() == [("replace", "first"), ("update", "user"), ("delete-replaced", "first")]


def test_delete_before_replace_frees_a_fixed_name_first(stack: StackUnderTest, cloud) -> None:
    def program(color: str) -> None:
        Thing("one", opts(Provider(), delete_before_replace=True), name="one", color=color)

    stack.up(lambda: program("red"))
    result = stack.up(lambda: program("blue"))

    assert result.ok
    assert cloud.calls == ["create one", "delete one", "create one"]
    assert "pendingReplacement" not in stack.resource("one")


def test_a_provider_may_ask_for_delete_first_itself(stack: StackUnderTest, cloud) -> None:
    stack.up(lambda: Thing("one", opts(Provider()), name="one", unique=True, color="red"))
    stack.up(lambda: Thing("one", opts(Provider()), name="one", unique=True, color="blue"))

    assert cloud.calls == ["create one", "delete one", "create one"]


def test_what_the_program_no_longer_wants_is_deleted_users_first(stack: StackUnderTest, cloud) -> None:
    def program() -> None:
        provider = Provider()
        group = Group("group", pulumi.ResourceOptions(provider=provider))
        first = Thing("first", pulumi.ResourceOptions(parent=group), name="first")
        second = Thing("second", opts(provider), name="second", note=first.address)
        Thing("third", opts(provider, depends_on=[second]), name="third")

    stack.up(program)
    cloud.calls.clear()
    result = stack.up(nothing)

    assert cloud.calls == ["delete third", "delete second", "delete first"]
    assert result.counts == {"same": 1, "delete": 5}
    assert [entry["type"] for entry in stack.resources()] == ["pulumi:pulumi:Stack"]


def test_destroy_leaves_an_empty_stack(stack: StackUnderTest, cloud) -> None:
    stack.up(chain)

    result = stack.destroy()

    assert result.counts == {"delete": 4}
    assert (cloud.names(), stack.resources(), stack.backend.stacks()) == ([], [], ["dev"])


def test_a_failed_resource_lets_the_rest_go_on_and_its_users_wait(stack: StackUnderTest, cloud) -> None:
    def program(broken: bool) -> None:
        provider = Provider()
        bad = Thing("bad", opts(provider), name="bad", broken=broken)
        Thing("user", opts(provider), name="user", note=bad.address)
        Thing("good", opts(provider), name="good")
        pulumi.export("bad", bad.address)

    result = stack.up(lambda: program(True))

    assert cloud.names() == ["good"]
    assert result.failures == [
        "test:index/thing:Thing bad: the cloud says no",
        "test:index/thing:Thing user: skipped, because bad failed",
    ]
    assert result.outputs == {}

    assert stack.up(lambda: program(False)).ok
    assert cloud.names() == ["bad", "good", "user"]


def test_a_run_in_which_something_failed_deletes_nothing(stack: StackUnderTest, cloud) -> None:
    stack.up(lambda: Thing("old", opts(Provider()), name="old"))

    stack.up(lambda: Thing("bad", opts(Provider()), name="bad", broken=True))

    assert cloud.names() == ["old"]


def test_what_was_replaced_by_a_run_that_failed_is_deleted_first_by_the_next_one(stack: StackUnderTest, cloud) -> None:
    def program(name: str, *, broken: bool) -> None:
        provider = Provider()
        Thing("one", opts(provider), name=name)
        Thing("other", opts(provider), name="other", broken=broken)

    stack.up(lambda: program("red", broken=False))
    stack.up(lambda: program("blue", broken=True))
    assert [entry["inputs"]["name"] for entry in stack.resources() if entry.get("delete")] == ["red"]
    cloud.calls.clear()

    stack.preview(lambda: program("red", broken=False))
    assert stack.steps() == [("delete-replaced", "one"), ("replace", "one"), ("delete-replaced", "one")]

    stack.up(lambda: program("red", broken=False))
    assert cloud.calls == ["delete red", "create red", "delete blue"]
    assert cloud.names() == ["other", "red"]


def test_a_failed_run_keeps_the_exports_it_did_not_come_to(stack: StackUnderTest) -> None:
    def program(fail: bool) -> None:
        pulumi.export("early", "new" if fail else "old")
        if fail:
            raise ValueError("port 80 is taken")
        pulumi.export("late", "kept")

    stack.up(lambda: program(False))
    result = stack.up(lambda: program(True))

    [failure] = result.failures
    assert failure.startswith("the program failed: ValueError: port 80 is taken (test_run.py:")
    assert stack.backend.outputs("dev") == {"early": "new", "late": "kept"}


def test_a_mistake_in_the_program_is_one_sentence_and_no_traceback(stack: StackUnderTest, capfd, caplog) -> None:
    def program() -> None:
        one = Thing("one", opts(Provider()), name="one")
        settings = one.address.apply(lambda address: {"address": address})
        Thing("two", opts(Provider("second")), note=settings["port"], size=settings["port"])
        pulumi.export("port", settings["port"])

    assert stack.up(program).failures == ["the program failed: KeyError: 'port'"]

    gc.collect()
    assert (capfd.readouterr().err, caplog.text) == ("", "")


def test_a_deletion_that_fails_leaves_what_the_resource_needs(stack: StackUnderTest, cloud) -> None:
    def program() -> None:
        provider = Provider()
        first = Thing("first", opts(provider), name="first")
        Thing("second", opts(provider), name="second", note=first.address, stuck=True)
        Thing("third", opts(provider), name="third")

    stack.up(program)
    result = stack.up(nothing)

    assert result.failures == ["test:index/thing:Thing second: it is in use"]
    assert cloud.names() == ["first", "second"]


def test_refused_inputs_are_told_before_anything_is_made(stack: StackUnderTest, cloud) -> None:
    result = stack.up(lambda: Thing("one", opts(Provider()), size="huge"))

    assert result.failures == ["test:index/thing:Thing one: size: must be a number, got 'huge'"]
    assert cloud.calls == []


def test_a_resource_without_a_provider_is_refused_with_what_to_do(stack: StackUnderTest) -> None:
    result = stack.up(lambda: Thing("one"))

    assert result.failures == [
        "test:index/thing:Thing one: it names no provider; pass one with ResourceOptions(provider=…), also on a parent"
    ]


def test_two_resources_of_one_name_are_refused(stack: StackUnderTest) -> None:
    def program() -> None:
        provider = Provider()
        Thing("one", opts(provider))
        Thing("one", opts(provider))

    [failure] = stack.up(program).failures

    assert failure.endswith("registers two resources of this type and name; give one another name")


def test_what_is_there_is_imported_and_then_made_what_the_program_says(stack: StackUnderTest, cloud) -> None:
    there = cloud.create("", {"name": "kept", "size": 1}, {}).id
    program = lambda: Thing("one", opts(Provider(), import_=there), name="kept", size=2)  # noqa: E731

    first, second = stack.up(program), stack.up(program)

    assert (first.failures, first.counts["import"], first.counts["update"]) == ([], 1, 1)
    assert (second.failures, second.changes) == ([], 0)
    assert cloud.calls == ["create kept", "update kept size"]


def test_what_is_not_there_cannot_be_imported(stack: StackUnderTest) -> None:
    result = stack.up(lambda: Thing("one", opts(Provider(), import_="id-1")))

    assert result.failures == ["test:index/thing:Thing one: id-1 cannot be imported: it does not exist"]


def test_nothing_is_imported_over_what_the_stack_has(stack: StackUnderTest, cloud) -> None:
    stack.up(lambda: Thing("one", opts(Provider()), name="ours"))
    other = cloud.create("", {"name": "other"}, {}).id

    result = stack.up(lambda: Thing("one", opts(Provider(), import_=other), name="other"))

    assert [f"{other} cannot be imported: the stack has id-" in it for it in result.failures] == [True]
    assert cloud.names() == ["other", "ours"]


def test_look_ups_are_asked_once_a_run(stack: StackUnderTest, cloud) -> None:
    def program() -> None:
        options = pulumi.InvokeOptions(provider=Provider())
        for _ in range(3):
            pulumi.export("found", pulumi.runtime.invoke("test:index/find:find", {"zone": 1}, options).value)

    result = stack.up(program)

    assert result.outputs == {"found": {"region": "here", "asked": {"zone": 1}}}
    assert cloud.invoked == ["test:index/find:find"]


def test_a_failed_look_up_fails_the_program_with_its_sentence(stack: StackUnderTest) -> None:
    def program() -> None:
        pulumi.runtime.invoke("test:index/find:find", {"missing": True}, pulumi.InvokeOptions(provider=Provider()))

    [failure] = stack.up(program).failures

    assert "invoke of test:index/find:find failed: there is no such thing" in failure


def test_get_reads_what_others_made_and_never_deletes_it(stack: StackUnderTest, cloud) -> None:
    with cloud.things() as things:
        things["id-1"] = {"name": "theirs"}

    def program() -> None:
        theirs = Thing("theirs", opts(Provider(), id="id-1"))
        pulumi.export("address", theirs.address)

    assert stack.up(program).outputs == {"address": "//id-1"}
    assert stack.resource("theirs")["external"] is True
    assert stack.up(nothing).ok
    assert cloud.names() == ["theirs"]


def test_get_of_what_is_not_there_fails_with_a_sentence(stack: StackUnderTest) -> None:
    result = stack.up(lambda: Thing("theirs", opts(Provider(), id="id-1")))

    assert result.failures == ["test:index/thing:Thing theirs: there is no test:index/thing:Thing with id id-1"]


def test_errors_logged_by_the_program_fail_the_run(stack: StackUnderTest) -> None:
    def program() -> None:
        pulumi.error("no such zone")
        pulumi.warn("old zone")

    result = stack.up(program)

    assert (result.failures, result.warnings) == (["no such zone"], ["old zone"])


def test_a_program_may_be_a_directory(stack: StackUnderTest, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.export('stack', pulumi.get_stack())\n")

    assert stack.up(tmp_path).outputs == {"stack": "dev"}


def test_configuration_reaches_the_program(stack: StackUnderTest) -> None:
    def program() -> None:
        pulumi.export("size", pulumi.Config().require_int("size"))

    assert stack.up(program, config={"trial:size": "3"}).outputs == {"size": 3}
