from urllib.parse import urlencode

import pytest

from service_catalog.model import Approval, Compute, Deployment, Secret
from tests.portal.reading import drawn, part, plain, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"


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


@pytest.mark.parametrize("wanted", [{"definition": "keep"}, {"image": "2.14.0"}])
def test_second_press_after_the_first_has_ended_starts_nothing_and_says_so(post, running, wanted):
    review = f"{RELEASES}/new?{urlencode(wanted)}"
    asked = {**wanted, "why": "", **drawn(post.client, review)}
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


def test_release_of_numbers_that_are_none_is_refused_with_all_of_them(post, running):
    answer = post(RELEASES, f"{RELEASES}/new?image=2.14.0", **{"env.app": "9" * 5000, "to": "abc"})

    assert answer.status_code == 422
    assert "99…' is no version of app" in plain(answer.text)
    assert "'abc' is no number of a release" in plain(answer.text)
    assert [release.number for release in running.gateways.releases.history("orders-api").releases] == [1]


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


def waiting(running, image="2.14.0"):
    running.begin("orders-api", image)
    running.wait_for_approval("orders-api")


def test_release_that_waits_for_approval_goes_on_once_somebody_says_so(post, running, orders):
    running.provision(orders.model_copy(update={"deployment": Deployment(strategy="blue-green", approval=Approval())}))
    waiting(running)
    page = plain(text_of(post.client, PAGE))
    assert "Release 2 waits for approval" in page
    assert "If nobody does, ECS rolls it back at" in page

    answer = post(f"{RELEASES}/2/answer", PAGE, answer="continue")

    assert (answer.status_code, answer.location) == (303, PAGE)
    running.end("orders-api")
    assert running.gateways.releases.get("orders-api", 2).outcome.approved_by == ("Sato Yui",)
    assert "Approved by Sato Yui" in plain(text_of(post.client, RELEASES))


def test_who_saw_another_step_waiting_answers_nothing(post, running):
    waiting(running)

    post(f"{RELEASES}/2/answer", PAGE, answer="continue", hook="the step before")
    page = plain(text_of(post.client, PAGE))

    assert "release 2 of orders-api (deploy, 2.14.0) has gone on since, and waits at its next step" in page
    assert "Release 2 waits for approval" in page


def test_testers_are_told_where_the_new_tasks_answer(post, running, orders):
    reach = {"url": "http://alb.example.com/orders", "test_url": "http://alb.example.com:9000/orders", "dimensions": {}}
    running.provision(orders, reach=reach)

    waiting(running)

    assert "The new tasks answer here already: http://alb.example.com:9000/orders" in plain(text_of(post.client, PAGE))


def test_release_that_is_sent_back_was_stopped(post, running):
    waiting(running)

    post(f"{RELEASES}/2/answer", PAGE, answer="roll-back")

    running.end("orders-api", "rolled-back")
    assert running.gateways.releases.get("orders-api", 2).outcome.reason == "stopped by Sato Yui"


def test_change_of_the_service_that_waits_is_sent_back_too(post, running, orders):
    running.roll_again("orders-api")
    running.wait_for_approval("orders-api")
    assert "The change waits for approval." in plain(text_of(post.client, PAGE))

    post(f"{RELEASES}/1/answer", PAGE, answer="roll-back")

    assert running.aws.ecs.service("orders-api").deployments[-1].status == "ROLLBACK_SUCCESSFUL"


def test_who_comes_late_to_approve_is_told_that_nothing_waits(post, running):
    running.begin("orders-api", "2.14.0")

    answer = post(f"{RELEASES}/2/answer", PAGE, answer="continue")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "release 2 of orders-api (deploy, 2.14.0) does not wait for approval" in plain(text_of(post.client, PAGE))


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


def test_end_of_a_release_is_told_for_some_minutes(client, running):
    running.release("orders-api", "2.14.0")
    assert "Release 2 succeeded in 3 min 0 s. 2.14.0 + env v1 runs." in plain(text_of(client, PAGE))

    running.aws.passes(minutes=6)

    assert "Release 2 succeeded in" not in plain(text_of(client, PAGE))


def test_end_of_a_release_is_told_in_the_list_with_a_way_to_its_page(client, running):
    running.release("orders-api", "2.14.0", ends="rolled-back")

    page = text_of(client, "/local/services")

    assert "orders-api: Release 2: Rolled back by ECS" in part(page, r'data-says="([^"]*)"')
    assert f'<a href="{RELEASES}/2">orders-api: Release 2: Rolled back by ECS</a>' in page
    running.aws.passes(minutes=6)
    text_of(client, "/local/services")  # what is held is answered; behind it the list is read anew
    assert "Release 2: Rolled back by ECS" not in text_of(client, "/local/services?sort=released")


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

    assert f"{task[:8]} Log Healthy 1 2.13.4 + env v1" in plain(text_of(client, f"{PAGE}/tasks"))
    assert "<b>ERROR &lt;b&gt;no&lt;/b&gt;</b>" in text_of(client, f"{PAGE}/logs?task={task}")


def test_a_release_whose_answer_is_lost_is_not_called_nothing(post, running):
    page = "/local/services/orders-api/releases"
    looked_at = drawn(post.client, f"{page}/new?image=2.14.0")
    running.aws.fates["s3.put_object"] = "unanswered"

    answer = post(page, f"{page}/new?image=2.14.0", image="2.14.0", **looked_at)

    assert answer.status_code == 503
    assert "It is not known whether this was done." in plain(answer.text)
    assert "Nothing was changed" not in answer.text


def test_a_rollout_sets_its_image_and_env_versions_beside_those_that_run(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    running.begin("orders-api", "2.14.0", 2)

    page = plain(text_of(client, "/local/services/orders-api"))

    assert "Image 2.13.4 2.14.0 Env app v1 v2" in page
