"""The customers' files are consistent in themselves; that they are true, the end-to-end test shows."""

from __future__ import annotations

import pytest

from consent.model.categories import ConsentState
from scanner.demo.customers import Customer, customers
from scanner.policy.rules import rules

EACH = pytest.mark.parametrize("customer", customers(), ids=lambda customer: customer.id)


def test_there_are_five_customers_with_a_host_and_a_policy_each() -> None:
    assert len({one.id for one in customers()}) == 5
    assert len({one.host for one in customers()}) == 5
    assert sorted(one.seed for one in customers()) == ["000_", "001_", "002_", "003_", "004_"]
    assert all(one.host.endswith(".example") for one in customers())


@EACH
def test_a_customer_deviates_twice_by_rules_that_exist(customer: Customer) -> None:
    assert len(customer.deviations) == 2
    assert {one.rule for one in customer.deviations} <= set(rules())
    gone = {one.subject for one in customer.deviations if one.rule == "policy-not-found-vendor"}
    assert gone <= set(customer.unseen)


@EACH
def test_a_vendor_that_is_not_seen_is_one_that_is_named_without_services(customer: Customer) -> None:
    without = {one.name for one in customer.vendors if not one.services}
    assert set(customer.unseen) <= without


@EACH
def test_our_own_policy_names_the_customer(customer: Customer) -> None:
    assert customer.policy.startswith(f"Privacy policy of {customer.name}\n")


def test_only_a_site_with_a_notice_is_asked_for_consent() -> None:
    states = {one.id: one.states for one in customers()}
    assert states.pop("lexicon") == (ConsentState.BEFORE, ConsentState.ACCEPT)
    assert set(states.values()) == {(ConsentState.BEFORE,)}
