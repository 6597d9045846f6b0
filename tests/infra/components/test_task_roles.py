from infra.components.task_roles import TaskRoles, TaskRolesArgs
from infra.documents import policies
from tests.builders import an_environment

READ = policies.allow(["s3:GetObject"], ["arn:aws:s3:::x/*"])


def test_both_roles_bear_contract_names_and_only_ecs_may_be_in_them(engine):
    engine.run(lambda: TaskRoles("orders-api", TaskRolesArgs(an_environment(), "orders-api", [READ], [READ])))

    roles = engine.all("aws:iam/role:Role")

    assert [role.inputs["name"] for role in roles] == ["dev_orders-api_execution", "dev_orders-api_task"]
    for role in roles:
        assert role.document("assumeRolePolicy") == policies.tasks_may_assume(an_environment())


def test_each_role_may_do_what_its_statements_say(engine):
    write = policies.allow(["s3:PutObject"], ["arn:aws:s3:::x/*"])
    engine.run(lambda: TaskRoles("orders-api", TaskRolesArgs(an_environment(), "orders-api", [READ], [write])))

    execution, task = engine.all("aws:iam/rolePolicy:RolePolicy")

    assert (execution.inputs["role"], execution.document("policy")["Statement"]) == ("dev_orders-api_execution", [READ])
    assert (task.inputs["role"], task.document("policy")["Statement"]) == ("dev_orders-api_task", [write])


def test_a_role_that_may_do_nothing_has_no_policy(engine):
    engine.run(lambda: TaskRoles("orders-api", TaskRolesArgs(an_environment(), "orders-api", [READ], [])))
    assert [made.name for made in engine.all("aws:iam/rolePolicy:RolePolicy")] == ["orders-api-execution"]
