import re
from urllib.parse import urlencode

import pytest

from runtime.releases.request import ReleaseRequest
from service_catalog.model import Compute, Secret
from service_catalog.records import TaskLimits
from tests.portal.reading import plain, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"


def test_review_shows_what_changes_and_touches_nothing(client, running):
    running.save("orders-api", "LOG_LEVEL=very-loud\nDB_POOL_SIZE=10\n", base=1)

    page = text_of(client, f"{RELEASES}/new?image=2.14.0&env.app=2")

    assert "Image 2.13.4 2.14.0 Env app v1 v2" in plain(page)
    assert "LOG_LEVEL ~ changed info very-loud" in plain(page)
    assert "2 tasks restart" in plain(page)
    assert [release.number for release in running.gateways.releases.history("orders-api").releases] == [1]


def test_release_is_started_by_whoever_is_asking_with_their_reason(post, running):
    review = f"{RELEASES}/new?image=2.14.0"

    answer = post(RELEASES, review, image="2.14.0", why="Split shipping", **drawn(post.client, review))

    release = running.gateways.releases.get("orders-api", 2)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert (release.who, release.why, release.contents.image.rpartition(":")[2]) == (
        "Sato Yui",
        "Split shipping",
        "2.14.0",
    )


def test_what_changed_since_the_review_is_reviewed_again(post, running, orders):
    review = f"{RELEASES}/new?image=2.14.0"
    looked_at = drawn(post.client, review)
    running.provision(orders.model_copy(update={"compute": Compute(cpu=512, memory_mib=1024)}))

    answer = post(RELEASES, review, image="2.14.0", **looked_at, why="mine")

    assert answer.status_code == 409
    assert "Nothing was started: what runs, or what would run, has changed since you looked." in plain(answer.text)
    assert 'value="mine"' in answer.text
    assert len(running.gateways.releases.history("orders-api").releases) == 1


@pytest.mark.parametrize("asked", [{"definition": "keep"}, {"image": "2.14.0"}, {"env.app": "1"}, {"to": "1"}])
def test_form_drawn_before_somebody_elses_release_starts_nothing_and_names_it(post, running, asked):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    review = f"{RELEASES}/new?{urlencode(asked)}"
    looked_at = drawn(post.client, review)
    running.release("orders-api", who="Ito Haruka")  # the same once more: only its number tells

    answer = post(RELEASES, review, **asked, **looked_at, why="mine")

    assert answer.status_code == 409
    assert "Nothing was started: release 2 was made in the meantime by Ito Haruka. Review it again." in plain(
        answer.text
    )
    assert 'value="mine"' in answer.text
    assert 'name="after" value="2"' in answer.text
    assert len(running.gateways.releases.history("orders-api").releases) == 2


def test_each_release_names_what_changed_in_its_catalog_entry(client, running, orders):
    larger = {"compute": Compute(cpu=512, memory_mib=1024), "environment": {"LOG_FORMAT": "json"}}
    running.provision(orders.model_copy(update=larger))
    running.release("orders-api")
    running.release("orders-api", image="2.14.0")

    page = plain(text_of(client, RELEASES))

    named = "compute.cpu: 256 → 512 compute.memory_mib: 512 → 1024 variable LOG_FORMAT is new"
    assert page.count(f"3 changes of the catalog entry since release 1 {named}") == 1
    assert "since release 2" not in page
    assert "256 → 512" not in plain(text_of(client, PAGE)).partition("All releases")[2]

    japanese = plain(client.get(RELEASES, headers={"Accept-Language": "ja"}).text)
    assert "リリース 1 からのカタログエントリーの変更：3 件" in japanese


def test_second_press_of_restart_after_the_first_has_ended_starts_nothing(post, running):
    review = f"{RELEASES}/new?definition=keep"
    asked = {"definition": "keep", "why": "", **drawn(post.client, review)}
    token = post.token(review)
    post.client.post(RELEASES, data={"csrf_token": token, **asked})
    running.end("orders-api")

    answer = post.client.post(RELEASES, data={"csrf_token": token, **asked})

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert len(running.gateways.releases.history("orders-api").releases) == 2
    told = "Nothing was started: release 2 was made in the meantime by Sato Yui."
    assert told in plain(text_of(post.client, PAGE))


def test_second_release_is_refused_with_who_and_what(post, running):
    review = f"{RELEASES}/new?image=2.13.3"
    looked_at, token = drawn(post.client, review), post.token(review)
    running.begin("orders-api", "2.14.0")

    answer = post.client.post(RELEASES, data={"csrf_token": token, "image": "2.13.3", **looked_at})

    assert answer.status_code == 409
    assert "Ito Haruka’s release 2 is in progress." in plain(answer.text)
    assert 'name="image" value="2.13.3"' in answer.text
    assert len(running.gateways.releases.history("orders-api").releases) == 2


def test_release_that_cannot_run_says_all_that_is_missing(post, running, orders):
    running.aws.client("ssm").put_parameter(Name="/orders/token", Value="x", Type="SecureString")
    running.provision(orders.model_copy(update={"secrets": {"TOKEN": Secret(ssm="/orders/token")}}))
    review = f"{RELEASES}/new?image=2.14.0"
    looked_at, token = drawn(post.client, review), post.token(review)
    running.aws.ssm.parameters.clear()
    running.aws.ecr.repositories["orders-api"].clear()

    answer = post.client.post(RELEASES, data={"csrf_token": token, "image": "2.14.0", **looked_at})

    assert answer.status_code == 422
    assert "orders-api:2.14.0 is not in ECR; push it first" in plain(answer.text)
    assert "secret: /orders/token does not exist" in plain(answer.text)


def test_review_of_what_cannot_run_says_why_in_place_of_the_button(client, running):
    page = text_of(client, f"{RELEASES}/new?image=9.9.9&env.app=1")

    assert "Deploy 9.9.9" not in plain(page)
    assert 'class="primary"' not in page
    assert "It can be released once that is corrected. Review again Not now" in plain(page)
    assert 'name="env.app" value="1"' in page


def test_review_says_which_earlier_releases_cannot_be_gone_back_to_any_more(client, running, orders):
    running.aws.client("ssm").put_parameter(Name="/orders/token", Value="x", Type="SecureString")
    running.provision(orders.model_copy(update={"secrets": {"TOKEN": Secret(ssm="/orders/token")}}))
    running.release("orders-api", "2.14.0")
    running.provision(orders)

    page, japanese = (plain(text_of(client, f"{RELEASES}/new?image=2.14.0&lang={it}")) for it in ("en", "ja"))

    assert "With what the catalog says now: no longer to be gone back to, for want of secret TOKEN: release 2" in page
    assert "いまのカタログの内容では：" in japanese
    assert "リリース 2 には戻れなくなります" in japanese


@pytest.mark.parametrize("asked", ["image=2.13.4", "to=1", "env.app=1"])
def test_review_of_what_runs_already_says_that_nothing_would_change(client, running, asked):
    unchanged = "Nothing would change; this only restarts the tasks."

    assert unchanged in plain(text_of(client, f"{RELEASES}/new?{asked}"))
    assert unchanged not in plain(text_of(client, f"{RELEASES}/new?image=2.14.0"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("env.app=-1", "'-1' is no version of app"),
        ("env.app=x", "'x' is no version of app"),
        ("env.app=%D9%A1", "'١' is no version of app"),
        ("env.app=1000000000", "'1000000000' is no version of app"),
        ("to=abc", "'abc' is no number of a release"),
        ("definition=old", "'old' is no choice of a definition"),
    ],
)
def test_review_of_a_number_that_is_none_is_refused_and_offers_nothing_else(client, running, asked, said):
    answer = client.get(f"{RELEASES}/new?image=2.14.0&{asked}")

    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert 'name="seen"' not in answer.text


def test_release_of_numbers_that_are_none_is_refused_with_all_of_them(post, running):
    answer = post(RELEASES, f"{RELEASES}/new?image=2.14.0", **{"env.app": "9" * 5000, "to": "abc"})

    assert answer.status_code == 422
    assert "99…' is no version of app" in plain(answer.text)
    assert "'abc' is no number of a release" in plain(answer.text)
    assert [release.number for release in running.gateways.releases.history("orders-api").releases] == [1]


def test_review_during_a_rollout_says_what_it_waits_for(client, running):
    running.begin("orders-api", "2.14.0")

    page = plain(text_of(client, f"{RELEASES}/new?image=2.13.3"))

    assert "It can be released once release 2 has ended. Review again" in page
    assert "Deploy 2.13.3" not in page


def test_started_release_is_told_by_the_page_alone(post, running):
    review = f"{RELEASES}/new?image=2.14.0"
    post(RELEASES, review, image="2.14.0", **drawn(post.client, review))

    assert "Release 2 was started" not in text_of(post.client, PAGE)


def test_roll_back_takes_image_and_env_of_the_old_release(post, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    running.release("orders-api", "2.14.0", 2)
    review = f"{RELEASES}/new?to=1"

    post(RELEASES, review, to="1", **drawn(post.client, review))

    release = running.gateways.releases.get("orders-api", 3)
    assert (release.kind, release.contents.image[-6:], dict(release.contents.env)) == (
        "roll-back",
        "2.13.4",
        {"app": 1},
    )


def test_release_that_never_ran_is_tried_again_and_not_rolled_back_to(client, running):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.release("orders-api", "2.13.3")

    assert "Try 2.14.0 + env v1 again Not now" in plain(text_of(client, f"{RELEASES}/new?to=2"))
    assert "Roll back to 2.13.4 + env v1 Not now" in plain(text_of(client, f"{RELEASES}/new?to=1"))


def test_rollout_is_stopped_by_whoever_is_asking(post, running):
    running.begin("orders-api", "2.14.0")

    answer = post(f"{RELEASES}/2/stop", PAGE)

    assert answer.status_code == 303
    running.end("orders-api", "rolled-back")
    assert running.gateways.releases.get("orders-api", 2).outcome.reason == "stopped by Sato Yui"


def test_review_shows_values_of_keys_that_change_but_no_secrets(client, running):
    text = "LOG_LEVEL=debug\nDB_POOL_SIZE=10\nAPI_TOKEN=kJ8s2Lm4Qz7Xw1Bv\n"
    running.save("orders-api", text, base=1, overridden=("API_TOKEN",))

    answer = client.get(f"{RELEASES}/new?env.app=2")
    page = plain(answer.get_data(as_text=True))

    assert "LOG_LEVEL ~ changed info debug" in page
    assert "API_TOKEN + added – ••••••" in page
    assert "kJ8s2Lm4Qz7Xw1Bv" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_review_stresses_a_key_that_is_removed(client, running):
    running.save("orders-api", "LOG_LEVEL=info\n", base=1)

    page = plain(text_of(client, f"{RELEASES}/new?env.app=2"))

    assert "Removed from app.env: DB_POOL_SIZE. What runs now has it" in page


def test_reason_given_with_the_settings_is_carried_over_to_the_release(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1, message="Find the slow query")

    assert 'value="Find the slow query"' in text_of(client, f"{RELEASES}/new?env.app=2")
    assert 'name="why" maxlength="300" value="Mine"' in text_of(client, f"{RELEASES}/new?env.app=2&why=Mine")


def test_tag_that_is_not_there_is_told_with_those_that_are(client, running):
    page = text_of(client, f"{RELEASES}/new?image=2.14&env.app=1")

    assert "Tags that are there: 2.14.0" in plain(page)
    assert f'href="{RELEASES}/new?image=2.14.0&amp;env.app=1"' in page
    assert "restarts" not in plain(page)


def test_tasks_that_restart_are_those_of_what_runs(client, running):
    running.begin("orders-api", "2.14.0")
    running.aws.ecs.service("orders-api").start(1)
    running.end("orders-api", "rolled-back")

    assert "2 tasks restart:" in plain(text_of(client, f"{RELEASES}/new?image=2.13.3"))


def test_late_stop_leads_back_to_the_service_with_the_way_to_undo_it(post, running):
    running.begin("orders-api", "2.14.0")
    token = post.token(PAGE)
    running.end("orders-api")

    answer = post.client.post(f"{RELEASES}/2/stop", data={"csrf_token": token})
    page = text_of(post.client, PAGE)

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "Release 2 had already succeeded. To undo it: Roll back to 2.13.4 + env v1…" in plain(page)
    assert f'href="{RELEASES}/new?to=1"' in page


def test_late_stop_of_what_was_rolled_back_says_so(post, running):
    running.begin("orders-api", "2.14.0")
    token = post.token(PAGE)
    running.end("orders-api", "rolled-back")

    post.client.post(f"{RELEASES}/2/stop", data={"csrf_token": token})

    assert "Release 2 had already ended: Rolled back by ECS." in plain(text_of(post.client, PAGE))


def test_second_press_leads_to_the_release_that_the_first_one_started(post, running):
    review = f"{RELEASES}/new?image=2.14.0"
    asked = {"image": "2.14.0", **drawn(post.client, review), "why": "Split shipping"}
    token = post.token(review)

    answers = [post.client.post(RELEASES, data={"csrf_token": token, **asked}) for _press in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, PAGE)] * 2
    assert len(running.gateways.releases.history("orders-api").releases) == 2


def test_second_press_after_the_release_came_through_leads_to_its_end(post, running):
    review = f"{RELEASES}/new?image=2.14.0"
    asked = {"image": "2.14.0", **drawn(post.client, review), "why": "Split shipping"}
    token = post.token(review)
    post.client.post(RELEASES, data={"csrf_token": token, **asked})
    running.end("orders-api")

    answer = post.client.post(RELEASES, data={"csrf_token": token, **asked})

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert len(running.gateways.releases.history("orders-api").releases) == 2


def test_end_of_a_release_is_told_for_some_minutes(client, running):
    running.release("orders-api", "2.14.0")
    assert "Release 2 succeeded in 3 min 0 s. 2.14.0 + env v1 runs." in plain(text_of(client, PAGE))

    running.aws.passes(minutes=6)

    assert "Release 2 succeeded in" not in plain(text_of(client, PAGE))


def test_all_releases_are_listed_with_their_way_back(client, running):
    running.push("orders-api", "2.15.0")
    running.release("orders-api", "2.14.0")
    running.release("orders-api", "2.15.0", ends="stopped")

    page = plain(text_of(client, RELEASES))

    assert "image 2.15.0 env v1 Stopped and rolled back" in page
    assert "image 2.14.0 env v1 Runs now" in page
    assert "Roll back to 2.13.4 + env v1…" in page
    assert "Try 2.15.0 + env v1 again…" in page


def test_tasks_and_logs_have_pages_of_their_own(client, running):
    task = running.tasks("orders-api")[0]
    running.prints("orders-api", task, "listening", "ERROR <b>no</b>")

    assert f"{task[:8]} Healthy 1 2.13.4 + env v1" in plain(text_of(client, f"{PAGE}/tasks"))
    assert "<b>ERROR &lt;b&gt;no&lt;/b&gt;</b>" in text_of(client, f"{PAGE}/logs?task={task}")


def drawn(client, review):
    """What the form of a review says of the moment when it was drawn."""
    page = text_of(client, review)
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("seen", "after")}


def test_a_release_whose_answer_is_lost_is_not_called_nothing(post, running):
    page = "/local/services/orders-api/releases"
    looked_at = drawn(post.client, f"{page}/new?image=2.14.0")
    running.aws.fates["s3.put_object"] = "unanswered"

    answer = post(page, f"{page}/new?image=2.14.0", image="2.14.0", **looked_at)

    assert answer.status_code == 503
    assert "It is not known whether this was done." in plain(answer.text)
    assert "Nothing was changed" not in answer.text


def test_service_is_scaled_for_now_and_back_with_what_the_catalog_says_beside_it(post, running):
    review = f"{RELEASES}/new?definition=keep&tasks.min=3&tasks.max=5"
    page = plain(text_of(post.client, review))
    assert "tasks 2 to 4 → 3 to 5" in page
    assert "Run 3 to 5 tasks" in page
    assert "tasks 2～4 → 3～5" in plain(text_of(post.client, f"{review}&lang=ja"))
    text_of(post.client, f"{review}&lang=en")

    asked = {"definition": "keep", "tasks.min": "3", "tasks.max": "5", "why": "Sale", **drawn(post.client, review)}
    post(RELEASES, review, **asked)
    running.end("orders-api")

    page = text_of(post.client, PAGE)
    assert "Scaled for now to 3 to 5 tasks; the catalog says 2 to 4. Back to 2 to 4…" in plain(page)
    assert "definition staged" not in plain(text_of(post.client, "/local/services"))
    assert f"{RELEASES}/new?definition=keep&amp;tasks.min=2&amp;tasks.max=4" in page


def test_paused_service_says_who_paused_it_and_why_and_offers_to_resume(post, running):
    review = f"{RELEASES}/new?definition=keep&tasks.min=0&tasks.max=0"
    page = plain(text_of(post.client, review))
    assert "All tasks stop, and none starts until somebody resumes it." in page
    assert "ECS goes back" not in page

    asked = {"definition": "keep", "tasks.min": "0", "tasks.max": "0", "why": "Too dear", **drawn(post.client, review)}
    post(RELEASES, review, **asked)
    running.gateways.releases.settle("orders-api")

    page = plain(text_of(post.client, PAGE))
    assert "Paused: no task runs until somebody resumes it. Sato Yui: “Too dear”" in page
    assert "Resume with 2 to 4 tasks…" in page
    assert "outside Slipway" not in page


def test_review_of_a_deploy_to_a_paused_service_says_that_nothing_starts(client, running):
    pause = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    running.gateways.releases.release("orders-api", pause, who="sato", why="")
    running.gateways.releases.settle("orders-api")
    review = f"{RELEASES}/new?image=2.14.0"

    page = plain(text_of(client, review))

    assert "It stays paused: nothing starts until somebody resumes it." in page
    assert "This starts the first" not in page
    japanese = client.get(review, headers={"Accept-Language": "ja"}).text
    assert "一時停止のままです。再開するまで何も起動しません。" in japanese


def test_review_of_an_applied_definition_says_that_it_ends_the_scaling(client, running, orders):
    scaled = ReleaseRequest(definition=False, tasks=TaskLimits(min=5, max=5))
    running.gateways.releases.release("orders-api", scaled, who="sato", why="")
    running.end("orders-api")
    running.provision(orders.model_copy(update={"compute": Compute(cpu=512, memory_mib=1024)}))

    assert "It is no longer scaled for now: 5 → 2 to 4 tasks." in plain(text_of(client, f"{RELEASES}/new"))


@pytest.mark.parametrize("typed", ["three", "-1", "1.5"])
def test_what_is_no_number_of_tasks_is_refused(client, running, typed):
    answer = client.get(f"{RELEASES}/new?definition=keep&tasks.min={typed}")

    assert answer.status_code == 422
    assert "is no number of tasks; write a whole number, such as 3." in plain(answer.get_data(as_text=True))
