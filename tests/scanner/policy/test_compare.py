from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.report import Report
from tests.scanner.factories import DAY, item, report, request
from tests.scanner.policy.texts import audited, rules_of

GA = item("_ga", rule="google.analytics._ga", lifetime_s=400 * DAY)
TABLE = "Name | Provider | Kept for\n_ga | Google Analytics | 2 years\nPHPSESSID | us | Session"


def shop() -> Report:
    return report(
        items=(
            GA,
            item("_gid", rule="google.analytics._gid"),
            item("basket", category=Category.NECESSARY),
            item("_fbp", rule="meta.pixel._fbp", category=Category.ADVERTISING),
        ),
        requests=(
            request("https://www.facebook.com/tr?id=1"),
            request("https://widget.unheard.example/x.js", category=Category.UNCLASSIFIED),
        ),
    )


def test_what_the_policy_does_not_name_is_told_with_a_sentence_to_add() -> None:
    found = {
        one.subject: one for one in audited(TABLE, shop()).findings if one.rule == "policy-undeclared-vendor"
    }
    assert set(found) == {"Meta pixel", "unheard.example"}
    assert (found["Meta pixel"].severity, found["unheard.example"].severity) == ("high", "medium")
    assert "Meta Platforms" in found["Meta pixel"].fix
    assert found["Meta pixel"].evidence["names"] == ["_fbp"]


def test_what_it_names_is_not_told() -> None:
    text = f"We use Facebook and the widget of Unheard.\n\n{TABLE}"
    assert rules_of(audited(text, shop())).get("policy-undeclared-vendor") in (None, ["unheard.example"])


def test_another_service_of_a_declared_company_is_told_so() -> None:
    maps = report(
        requests=(request("https://maps.googleapis.com/maps/api/js", category=Category.FUNCTIONALITY),)
    )
    found = [
        one
        for one in audited("We use Google Analytics.", maps).findings
        if one.rule == "policy-undeclared-vendor"
    ]
    assert [one.subject for one in found] == ["Google Maps"]
    assert "of the same company only" in found[0].evidence["why"]
    assert found[0].evidence["quote"] == "We use Google Analytics."


def test_a_company_that_is_named_as_a_whole_covers_its_services() -> None:
    maps = report(
        requests=(request("https://maps.googleapis.com/maps/api/js", category=Category.FUNCTIONALITY),)
    )
    assert "policy-undeclared-vendor" not in rules_of(audited("We use services of Google.", maps))


def test_cookies_that_a_list_leaves_out_are_told_by_service() -> None:
    found = rules_of(audited(TABLE, shop()))["policy-undeclared-cookie"]
    assert sorted(found) == ["Google Analytics", "larkspur.example"]
    assert "policy-undeclared-cookie" not in rules_of(audited("We use cookies of Google Analytics.", shop()))


def test_what_is_declared_and_not_found_is_told() -> None:
    found = rules_of(audited(f"We use Hotjar. We host with Kinsta and book in Xero.\n\n{TABLE}", shop()))
    assert "Hotjar" in found["policy-not-found-vendor"]
    assert "Xero" not in found["policy-not-found-vendor"]
    assert found["policy-not-found-cookie"] == ["PHPSESSID"]


def test_a_first_party_host_is_no_vendor() -> None:
    own = report(
        requests=(
            request("https://static.larkspur.example/a.js", party=Party.FIRST, category=Category.NECESSARY),
        )
    )
    assert "policy-undeclared-vendor" not in rules_of(audited("We use nothing.", own))
