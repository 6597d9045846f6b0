"""Where the palette can go."""


def test_places_are_those_of_the_catalog_and_need_no_aws(client, running, aws):
    aws.outage = True

    places = client.get("/local/places.json").json

    assert {"word": "orders-api", "where": "/local/services/orders-api", "of": "team-commerce"} in places
    assert {"word": "dev", "where": "/dev/services", "of": "Environment"} in places


def test_places_that_did_not_change_are_not_sent_again(client, running):
    tag = client.get("/local/places.json").headers["ETag"]

    assert client.get("/local/places.json", headers={"If-None-Match": tag}).status_code == 304


def test_a_theme_is_kept_in_a_cookie_and_an_unknown_one_is_none(client, running):
    assert "data-theme" not in client.get("/local/services?theme=neon").text
    assert 'data-theme="dark"' in client.get("/local/services?theme=dark").text
    assert 'data-theme="dark"' in client.get("/local/services").text
    assert "data-theme" not in client.get("/local/services?theme=").text
