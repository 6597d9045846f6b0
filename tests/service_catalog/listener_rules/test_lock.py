from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.listener_rules import lock
from service_catalog.listener_rules.lock import Slot, allocated
from service_catalog.listener_rules.rules import Rule, collisions
from service_catalog.problems import CatalogError

STEMS = ["/a", "/ab", "/abc", "/b", "/b/c"]
paths = st.lists(
    st.sampled_from([*STEMS, *(f"{stem}/*" for stem in STEMS), "/*"]), min_size=1, max_size=3, unique=True
).map(tuple)
catalogs = st.dictionaries(st.sampled_from("pqrstuvw"), paths, max_size=8)


def rules(catalog: dict[str, tuple[str, ...]]) -> list[Rule]:
    return [Rule(name, "public", None, paths) for name, paths in catalog.items()]


def slots(catalog: dict[str, tuple[str, ...]], before: lock.Slots | None = None) -> lock.Slots:
    return allocated({"dev": {"public": before or {}}}, {"dev": rules(catalog)})["dev"].get("public", {})


def test_slots_lie_in_bands_by_specificity_with_gaps():
    assert slots({"web": ("/*",), "orders": ("/orders", "/orders/*"), "search": ("/search", "/search/*")}) == {
        46004: "orders /orders /orders/*",
        46008: "search /search /search/*",
        48804: "web /*",
    }


def test_a_newcomer_moves_nobody():
    before = slots({"b": ("/b/*",), "d": ("/d/*",)})
    after = slots({"a": ("/a/*",), "b": ("/b/*",), "d": ("/d/*",)}, before)
    assert {key: holder for key, holder in after.items() if key in before} == before
    assert after == {48004: "b /b/*", 48008: "d /d/*", 48012: "a /a/*"}


def test_a_newcomer_leaves_room_between_its_slot_and_the_next_for_whoever_begins_to_shift_requests():
    before = slots({"a": ("/a/*",)})
    beta = Rule("beta", "public", None, ("/a/*",), headers=(("x-beta", "yes"),))
    after = allocated({"dev": {"public": before}}, {"dev": [*rules({"a": ("/a/*",)}), beta]})["dev"]["public"]
    assert after == {48002: "beta /a/* header:x-beta:yes", 48004: "a /a/*"}


@given(catalogs, catalogs)
def test_no_slot_is_next_to_another(one, other):
    given_out = set(slots(other, slots(one)))
    assert not given_out & {slot + 1 for slot in given_out}


def test_the_slot_of_who_leaves_is_given_to_nobody():
    before = slots({"a": ("/a/*",), "b": ("/b/*",)})
    after = slots({"b": ("/b/*",), "c": ("/c/*",)}, before)
    assert after == {48004: "a (leaving) /a/*", 48008: "b /b/*", 48012: "c /c/*"}
    assert slots({"b": ("/b/*",), "c": ("/c/*",)}, after) == after


def test_the_slot_of_who_left_is_given_to_the_next_once_it_is_free():
    left = {"dev": {"public": slots({"b": ("/b/*",)}, slots({"a": ("/a/*",), "b": ("/b/*",)}))}}
    assert lock.left(left) == [("dev", "a", ["public.48004"])]

    after = lock.freed(left, "dev", ["a"])

    assert lock.left(after) == []
    assert slots({"b": ("/b/*",), "c": ("/c/*",)}, after["dev"]["public"]) == {48004: "c /c/*", 48008: "b /b/*"}


def test_who_comes_back_takes_the_slot_that_it_left():
    before = slots({"a": ("/a/*",), "b": ("/b/*",)})
    assert slots({"a": ("/a/*",), "b": ("/b/*",)}, slots({"b": ("/b/*",)}, before)) == before


def test_a_service_that_goes_to_another_load_balancer_leaves_its_slot_at_the_first():
    [public] = rules({"a": ("/a/*",)})
    after = allocated(allocated({}, {"dev": [public]}), {"dev": [replace(public, listener="internal")]})

    assert after == {"dev": {"internal": {48004: "a /a/*"}, "public": {48004: "a (leaving) /a/*"}}}
    assert lock.find(after, "dev", [replace(public, listener="internal")]) == Slot("internal", 48004)


def test_the_slots_of_an_environment_that_leaves_are_kept_as_leaving():
    before = {"dev": {"public": {48004: "a /a/*"}}}
    assert allocated(before, {}) == {"dev": {"public": {48004: "a (leaving) /a/*"}}}


def test_a_rule_that_is_left_takes_no_requests_from_those_that_come():
    assert lock.rules("public", {4: "a (leaving) /x", 8: "b /x"}).keys() == {8}


def test_a_changed_route_keeps_its_slot_while_it_is_as_specific():
    before = slots({"a": ("/a/*",), "b": ("/b/*",)})
    assert slots({"a": ("/a/*",), "b": ("/c/*",)}, before) == {48004: "a /a/*", 48008: "b /c/*"}


def test_a_route_that_became_less_specific_moves_behind():
    before = slots({"a": ("/a/*",), "b": ("/b/*",)})
    assert slots({"a": ("/*",), "b": ("/b/*",)}, before) == {
        48004: "a (leaving) /a/*",
        48008: "b /b/*",
        48804: "a /*",
    }


def test_nobody_loses_a_slot_while_it_is_in_doubt_who_is_gone():
    before = {"dev": {"public": slots({"a": ("/a/*",), "b": ("/b/*",)})}, "prod": {"public": {4: "a /a"}}}
    asked = {"dev": rules({"b": ("/b",), "c": ("/c/*",)})}
    assert allocated(before, asked, is_in_doubt=True) == {
        "dev": {"public": {32804: "b /b", 48004: "a /a/*", 48008: "b (leaving) /b/*", 48012: "c /c/*"}},
        "prod": {"public": {4: "a /a"}},
    }


def test_wildcard_hosts_are_placed_before_the_wider_ones():
    wide = Rule("a", "public", "*.example.com", ("/*",))
    narrow = Rule("b", "public", "*.eu.example.com", ("/*",))
    before = allocated({}, {"dev": [wide]})
    after = lock.rules("public", allocated(before, {"dev": [wide, narrow]})["dev"]["public"])
    assert [rule.service for _, rule in sorted(after.items())] == ["b", "a"]


OFFICE = Rule("office", "public", None, ("/a/*",), source_ips=("203.0.113.0/24",))
EVERYBODY = Rule("everybody", "public", None, ("/a/*",))


@pytest.mark.parametrize("first", [OFFICE, EVERYBODY])
def test_who_asks_for_more_is_asked_before_who_takes_everybody(first):
    before = allocated({}, {"dev": [first]})
    after = allocated(before, {"dev": [EVERYBODY, OFFICE]})["dev"]["public"]

    assert [holder for _, holder in sorted(after.items())] == [
        "office /a/* from:203.0.113.0/24",
        "everybody /a/*",
    ]
    assert before["dev"]["public"].items() <= after.items()


@given(catalogs, catalogs)
def test_no_slot_is_given_twice_and_none_that_stays_is_renumbered(first, second):
    before = slots(first)
    after = slots(second, before)

    asked = {key: holder for key, holder in after.items() if "(leaving)" not in holder}
    assert sorted(holder.split()[0] for holder in asked.values()) == sorted(second)
    for key, holder in before.items():
        assert after[key].split()[0] == holder.split()[0]
    stays = {name for name in first if second.get(name) == first[name]}
    assert {key: holder for key, holder in before.items() if holder.split()[0] in stays}.items() <= after.items()


@given(catalogs)
def test_the_same_catalog_always_gives_the_same_lock(catalog):
    once = slots(catalog)
    assert slots(dict(reversed(catalog.items()))) == once
    assert slots(catalog, once) == once


@given(
    st.dictionaries(st.sampled_from("pqrstuvw"), st.sampled_from([*STEMS, "/a/*", "/b/*", "/b/c/*", "/*"]), max_size=8)
)
def test_services_of_one_path_never_stand_in_each_others_way(catalog):
    unique = {path: name for name, path in catalog.items()}
    found = slots({name: (path,) for path, name in unique.items()})
    assert list(collisions(lock.rules("public", found))) == []


def test_hundred_of_a_kind_fit_in_their_band():
    found = slots({f"s{number}": (f"/{number:03}/*",) for number in range(100)})
    assert (min(found), max(found), len(found)) == (47_204, 47_600, 100)


def test_a_lock_is_read_as_it_was_written():
    held = {"dev": {"internal": {8: "a /a: /b", 400: "b x.example.com /*"}, "public": {4: "c /*"}}, "prod": {}}
    assert lock.read(lock.render(held).encode()) == held


def test_the_file_is_keyed_by_slot():
    assert lock.render({"dev": {"public": {46004: "orders /orders /orders/*"}}}).splitlines()[3:] == [
        "dev:",
        "  public:",
        "    46004: orders /orders /orders/*",
    ]


def test_a_slot_is_found_by_service():
    held = {"dev": {"public": {4: "orders /orders", 8: "orders-api /orders/*"}}}
    [orders_api, web] = rules({"orders-api": ("/orders/v2",), "web": ("/*",)})
    assert lock.find(held, "dev", [orders_api]) == Slot("public", 8)
    assert lock.find(held, "dev", [web]) is None
    assert lock.find(held, "prod", [orders_api]) is None


SHOP, ADMIN = Rule("shop", "public", None, ("/shop/*",)), Rule("shop", "public", "admin.example.com", ("/*",))


def test_each_rule_of_a_service_has_a_slot_of_its_own():
    before = allocated({}, {"dev": [SHOP]})
    after = allocated(before, {"dev": [SHOP, ADMIN]})

    assert after == {"dev": {"public": {16004: "shop admin.example.com /*", 46804: "shop /shop/*"}}}
    assert lock.find(after, "dev", [SHOP, ADMIN]) == Slot("public", 46804, (16004,))
    assert lock.find(before, "dev", [SHOP, ADMIN]) is None
    assert lock.count(after["dev"]["public"]) == 2


def test_rules_of_a_service_keep_their_slots_when_they_change_places_in_its_entry():
    both = allocated({}, {"dev": [SHOP, ADMIN]})
    assert allocated(both, {"dev": [ADMIN, SHOP]}) == both
    assert lock.find(both, "dev", [ADMIN, SHOP]) == Slot("public", 16004, (46804,))


def test_the_slot_of_a_rule_that_its_service_drops_is_given_to_nobody():
    both = allocated({}, {"dev": [SHOP, ADMIN]})
    assert allocated(both, {"dev": [SHOP]})["dev"]["public"] == {
        16004: "shop (leaving) admin.example.com /*",
        46804: "shop /shop/*",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "dev:\n  public:\n    4: a /a\n    4: b /b\n",
            "lock.yaml:4: '4' is listed twice; keep one of the two, then run `slipway catalog lock`",
        ),
        (
            "dev:\n<<<<<<< HEAD\n  public: {}\n=======\n  internal: {}\n>>>>>>> main\n",
            "lock.yaml:2: holds a merge conflict; take either side, then run `slipway catalog lock`",
        ),
        (
            "dev: [\n",
            "lock.yaml:2: is not YAML: did not find expected node content; "
            "restore it from Git, then run `slipway catalog lock`",
        ),
        (
            "dev: 4\n",
            "lock.yaml: dev: must hold fields (key: value), got 4; remove the line and run `slipway catalog lock`",
        ),
        (
            "dev: { public-02: { 4: a /a } }\n",
            "lock.yaml: dev.public-02: is no listener: they are api, internal and public, or like public-2; "
            "remove the line and run `slipway catalog lock`",
        ),
        (
            "dev: { public: { x: a } }\n",
            "lock.yaml: dev.public: a priority is 1 to 50000, got 'x'; remove the line and run `slipway catalog lock`",
        ),
        (
            "dev: { public: { 4: 4 } }\n",
            "lock.yaml: dev.public.4: must be a service and its route, got 4; "
            "remove the line and run `slipway catalog lock`",
        ),
    ],
)
def test_a_lock_that_was_merged_badly_is_refused(text, said):
    with pytest.raises(CatalogError) as refused:
        lock.read(text.encode())
    assert str(refused.value) == said
