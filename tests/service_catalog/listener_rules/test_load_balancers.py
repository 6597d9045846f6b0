"""More rules than one load balancer takes: hosts go to a further one, and stay there."""

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.listener_rules import lock
from service_catalog.listener_rules.load_balancers import Taken, Terms, can_part, divided, may_be_one
from service_catalog.listener_rules.lock import Lock
from service_catalog.listener_rules.names import short_name
from service_catalog.listener_rules.rules import Rule

Catalog = Mapping[str, tuple[str | None, ...]]
"""By service, the host of each of its rules"""
OF_TWO = Terms(further_after=2)


def rules(catalog: Catalog, listener: str = "public") -> list[Rule]:
    return [
        Rule(name, listener, host, (f"/{name}/{number}",))
        for name, hosts in catalog.items()
        for number, host in enumerate(hosts)
    ]


def locked(asked: Collection[Rule], before: Lock | None = None, terms: Terms = OF_TWO) -> Lock:
    held = before or {}
    return lock.allocated(held, {"dev": lock.spread(held.get("dev", {}), asked, terms)})


def homes(found: Lock) -> dict[str, set[str]]:
    """By load balancer, the services that stand there."""
    return {
        listener: {rule.service for rule in lock.rules(listener, slots).values()}
        for listener, slots in found["dev"].items()
    }


def test_when_one_is_full_further_hosts_stand_on_the_next():
    found = locked(rules({"a": ("a.example.com",), "b": ("b.example.com",), "c": ("c.example.com",)}))
    assert homes(found) == {"public": {"a", "b"}, "public-2": {"c"}}
    assert found["dev"]["public-2"] == {4: "c c.example.com /c/0"}


def test_rules_without_a_host_stand_on_the_first_however_many_there_are():
    asked = {"a": ("a.example.com",), "b": ("b.example.com", None), "c": (None,), "d": (None,)}
    assert homes(locked(rules(asked))) == {"public": {"b", "c", "d"}, "public-2": {"a"}}


def test_all_that_are_asked_for_one_host_stand_together():
    first = locked(rules({"a": (None, None), "b": ("shop.example.com",)}))
    assert homes(first) == {"public": {"a"}, "public-2": {"b"}}

    asked: Catalog = {
        "a": (None, None),
        "b": ("shop.example.com",),
        "c": ("*.example.com",),
        "d": ("shop.example.com",),
    }
    assert homes(locked(rules(asked), first)) == {"public": {"a"}, "public-2": {"b", "c", "d"}}


def test_the_environments_own_name_leads_to_the_first():
    own = Terms(further_after=1, own_names=frozenset({"dev.example.com"}))
    asked = {"a": ("dev.example.com",), "b": ("*.example.com",), "c": ("dev.example.org",), "d": ("e.example.org",)}
    assert homes(locked(rules(asked), terms=own)) == {"public": {"a", "b"}, "public-2": {"c"}, "public-3": {"d"}}


def test_each_kind_has_its_own_and_what_leads_from_the_api_stands_on_the_first_internal_one():
    asked = [
        *rules({"a": (None,), "b": (None,)}, "api"),
        *rules({"c": ("c.example.com",)}, "internal"),
        *rules({"d": ("d.example.com",)}),
    ]
    assert homes(locked(asked)) == {"api": {"a", "b"}, "internal-2": {"c"}, "public": {"d"}}


def test_target_groups_and_rules_for_testers_are_counted_as_well():
    asked = rules({"a": ("a.example.com",), "b": ("b.example.com",)})
    shifting = Terms(further_after=2, beside_rules=lambda name: Taken(1, 2))
    assert homes(locked(asked, terms=shifting)) == {"public": {"a"}, "public-2": {"b"}}


def test_a_rule_that_is_leaving_takes_room_and_leads_its_host_until_it_is_free():
    full = locked(rules({"a": ("a.example.com",), "b": ("b.example.com",), "c": ("c.example.com",)}))
    left = locked(rules({"b": ("b.example.com",), "d": ("d.example.com",), "e": ("c.example.com",)}), full)

    assert homes(left) == {"public": {"b"}, "public-2": {"d", "e"}}
    assert lock.left(left) == [("dev", "a", ["public.4"]), ("dev", "c", ["public-2.4"])]


def test_a_service_whose_host_changes_stays_unless_others_have_that_host_elsewhere():
    b_and_c: Catalog = {"b": ("b.example.com",), "c": ("c.example.com",)}
    before = locked(rules({"a": ("a.example.com",), **b_and_c}))

    free, taken = (locked(rules({"a": (host,), **b_and_c}), before) for host in ("z.example.com", "c.example.com"))

    assert homes(free) == {"public": {"a", "b"}, "public-2": {"c"}}
    assert homes(taken) == {"public": {"b"}, "public-2": {"a", "c"}}


def test_a_further_one_on_which_nothing_stands_is_kept_until_somebody_gives_it_up():
    before = locked(rules({"a": ("a.example.com",), "b": ("b.example.com",), "c": ("c.example.com",)}))
    gone = lock.freed(locked(rules({"a": ("a.example.com",), "b": ("b.example.com",)}), before), "dev", ["c"])

    assert lock.render(gone).splitlines()[-1] == "  public-2: {}"
    assert lock.read(lock.render(gone).encode()) == gone
    assert lock.unused_load_balancers(gone) == ["dev.public-2"]
    assert lock.further_load_balancers(gone, "dev") == ("public-2",)
    given_up = {"dev": {"public": gone["dev"]["public"]}}
    assert locked(rules({"a": ("a.example.com",), "b": ("b.example.com",)}), given_up) == given_up


@pytest.mark.parametrize(
    ("host", "other", "is_one"),
    [
        ("a.example.com", "a.example.com", True),
        ("a.example.com", "b.example.com", False),
        ("*.example.com", "b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "*.eu.example.com", True),
        ("a*.example.com", "b*.example.com", False),
        ("?.example.com", "*.example.org", False),
    ],
)
def test_patterns_that_may_be_asked_for_one_host(host, other, is_one):
    assert may_be_one(host, other) == may_be_one(other, host) == is_one


@pytest.mark.parametrize(
    ("catalog", "can"),
    [
        ({"a": (None,), "b": (None,)}, False),
        ({"a": ("a.example.com",), "b": ("a.example.com",)}, False),
        ({"a": ("*.example.com",), "b": ("a.example.com",), "c": ("b.example.com",)}, False),
        ({"a": ("a.example.com", None), "b": ("a.example.com",)}, False),
        ({"a": (None,), "b": ("a.example.com",)}, True),
        ({"a": ("a.example.com",), "b": ("b.example.com",)}, True),
    ],
)
def test_who_shares_no_host_with_the_others_could_stand_elsewhere(catalog, can):
    assert can_part(rules(catalog)) == can


def test_names_are_short_where_aws_has_no_room():
    assert [short_name(it) for it in ("public", "internal", "api", "public-2", "internal-12")] == [
        "pub",
        "int",
        "api",
        "p02",
        "i12",
    ]


HOSTS = ["a.example.com", "b.example.com", "c.example.com", "d.example.com", "*.example.com", "*.example.org", None]
catalogs = st.dictionaries(
    st.sampled_from("pqrstuvwxyz"),
    st.lists(st.sampled_from(HOSTS), min_size=1, max_size=2, unique=True).map(tuple),
    max_size=11,
)


@given(catalogs, catalogs, st.integers(1, 4))
def test_what_is_in_the_lock_stays_and_what_comes_is_put_where_its_hosts_are(first, second, limit):
    terms = Terms(further_after=limit)
    before = locked(rules(first), terms=terms)
    after = locked(rules(second), before, terms)

    assert locked(rules(second), after, terms) == after
    assert locked(rules(dict(reversed([*second.items()]))), before, terms) == after
    stays = {name: hosts for name, hosts in first.items() if second.get(name) == hosts}
    for listener, slots in before["dev"].items():
        for priority, holder in slots.items():
            if holder.split()[0] in stays:
                assert after["dev"][listener][priority] == holder
    for rule in rules(second):
        assert lock.find(after, "dev", [it for it in rules(second) if it.service == rule.service])


@given(catalogs, st.integers(1, 4))
def test_at_first_every_host_is_on_one_load_balancer_which_holds_no_more_than_it_may(catalog, limit):
    found = locked(rules(catalog), terms=Terms(further_after=limit))["dev"]
    standing = {listener: list(lock.rules(listener, slots).values()) for listener, slots in found.items()}

    assert list(divided(standing)) == []
    for listener, its in standing.items():
        services = {rule.service for rule in its}
        assert listener == "public" or all(rule.host for rule in its)
        assert len(its) <= limit or None in hosts_of(services, catalog) or cannot_part(services, catalog)


def hosts_of(services: Collection[str], catalog: Catalog) -> set[str | None]:
    return {host for name in services for host in catalog[name]}


def cannot_part(services: Collection[str], catalog: Catalog) -> bool:
    """Whether a chain of hosts leads from any of them to all others."""
    found = {min(services)}
    for _ in services:
        theirs = [host for host in hosts_of(found, catalog) if host]
        found |= {it for it in services for mine in catalog[it] if mine and any(may_be_one(mine, o) for o in theirs)}
    return found == set(services)
