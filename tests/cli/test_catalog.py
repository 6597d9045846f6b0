def test_a_good_catalog_is_said_to_be_good(slipway):
    result = slipway("catalog", "validate")

    assert (result.exit_code, result.stdout) == (0, "1 service in 2 environments: no problems\n")


def test_every_problem_is_said_at_once_with_its_place(slipway):
    slipway.write_service("orders", port="80")
    slipway.write_service("billing", prot=80)

    result = slipway("catalog", "validate")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith("services/billing.yaml:")
    assert "services/orders.yaml:" in result.stdout
    assert result.stderr == f"{len(result.stdout.splitlines())} problems\n"


def test_problems_as_json_name_file_line_and_path(slipway):
    slipway.write_service("orders", port="80")

    result = slipway("catalog", "validate", "--format", "json")
    [problem] = slipway.json("catalog", "validate", "--format", "json")

    assert result.exit_code == 1
    assert set(problem) == {"severity", "file", "line", "path", "message", "hint"}
    assert (problem["file"], problem["path"], problem["line"]) == ("services/orders.yaml", "port", 5)


def test_a_maximum_that_nothing_moves_to_is_a_warning_and_no_problem(slipway):
    slipway.write_service("orders", tasks={"min": 1, "max": 4})

    result = slipway("catalog", "validate")
    [warning] = slipway.json("catalog", "validate", "--format", "json")

    assert (result.exit_code, result.stdout) == (0, "1 service in 2 environments: no problems\n")
    assert "tasks.max: has no effect: nothing scales without `scaling`, so 1 run; " in result.stderr
    assert (warning["severity"], warning["path"]) == ("warning", "tasks.max")


def test_a_job_that_never_runs_again_is_a_problem_and_still_an_entry(slipway):
    over = {"kind": "job", "port": None, "schedule": {"cron": "0 3 * * ? 2020"}}
    slipway.write_service("report", **over)

    result = slipway("catalog", "validate")

    assert (result.exit_code, result.stdout) == (
        1,
        "services/report.yaml:10: schedule.cron: must name a time that is still to come, got '0 3 * * ? 2020'; "
        "write * for every year, or remove the service\n",
    )
    assert slipway("catalog", "show", "report", "--env", "dev").exit_code == 0


def test_no_problems_as_json_is_an_empty_list(slipway):
    assert slipway.json("catalog", "validate", "--format", "json") == []


def test_an_entry_is_shown_with_overrides_and_defaults(slipway):
    slipway.write_service("orders", environments={"dev": {"port": 8081}})

    shown = slipway("catalog", "show", "orders", "--env", "dev").stdout

    assert "port: 8081\n" in shown
    assert "kind: web\n" in shown
    assert "environments" not in shown


def test_what_is_not_in_the_catalog_is_answered_with_what_was_meant(slipway):
    service = slipway("catalog", "show", "ordres", "--env", "dev")
    environment = slipway("catalog", "show", "orders", "--env", "deb")

    assert (service.exit_code, environment.exit_code) == (2, 2)
    assert service.stderr == "slipway: services: there is no service 'ordres'; did you mean 'orders'?\n"
    assert environment.stderr == "slipway: environments: there is no environment 'deb'; did you mean 'dev'?\n"


def test_a_lock_that_does_not_fit_fails_the_check_until_it_is_written(slipway):
    slipway.write_service("orders", exposure={"paths": ["/orders"]})

    before = slipway("catalog", "lock", "--check")
    written = slipway("catalog", "lock")
    after = slipway("catalog", "lock", "--check")

    assert before.exit_code == 1
    assert "run `slipway catalog lock`" in before.stderr
    assert written.stdout == f"{slipway.catalog / 'lock.yaml'}: written\n"
    assert (after.exit_code, after.output) == (0, "")


def test_the_lock_says_who_left_a_slot_until_somebody_says_that_it_is_gone(slipway):
    slipway.write_service("orders", exposure={"paths": ["/orders"]})
    slipway.write_service("billing", exposure={"paths": ["/billing"]})
    slipway("catalog", "lock")
    slipway.write_service("orders")

    left = slipway("catalog", "lock")
    wrong = slipway("catalog", "lock", "--gone", "dev.billing")
    free = slipway("catalog", "lock", "--gone", "dev.orders")

    assert left.stdout.splitlines()[1:] == [
        "dev.orders left internal.32808: free after `slipway up dev`, or say --gone"
    ]
    assert wrong.stderr == "slipway: lock.yaml: dev.billing left no slot; marked as leaving are dev.orders\n"
    assert free.stdout == f"{slipway.catalog / 'lock.yaml'}: written\n"


def test_a_lock_is_not_written_while_a_file_is_misnamed(slipway):
    slipway.write_service("orders", exposure={"paths": ["/orders"]})
    slipway("catalog", "lock")
    before = (slipway.catalog / "lock.yaml").read_text()
    (slipway.catalog / "services" / "orders.yaml").rename(slipway.catalog / "services" / "Orders.yaml")

    refused, check = slipway("catalog", "lock"), slipway("catalog", "lock", "--check")

    assert (refused.exit_code, check.exit_code) == (2, 1)
    assert refused.stderr.startswith("slipway: services/Orders.yaml: is not the name of an entry; ")
    assert check.stderr == refused.stderr.removeprefix("slipway: ")
    assert (slipway.catalog / "lock.yaml").read_text() == before


def test_a_directory_that_is_no_catalog_is_refused(slipway, tmp_path):
    result = slipway("catalog", "validate", "--catalog", str(tmp_path))

    assert result.exit_code == 2
    assert "is no catalog: it has no directory `environments`" in result.stderr
