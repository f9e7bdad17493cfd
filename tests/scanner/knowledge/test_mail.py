from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge import Knowledge
from scanner.knowledge.check import check_rules
from scanner.knowledge.load import services_of
from scanner.knowledge.mail import MailRules
from scanner.knowledge.model import VendorFile

SENDING = """
vendor = "Teapot Mail Ltd."
source = "https://teapot.example/"
[[service]]
id = "email"
name = "Teapot Mail"
category = "performance"
purpose = "Sends e-mail."
[[service.mail]]
headers = ["X-Teapot-Id", "X-Mailer: Teapot * mailer"]
senders = ["teapot.example"]
opens = ["/o/*/pot.gif", "/open?pot="]
clicks = ["/c/pot/"]
matches = ["X-Teapot-Id: 1"]
ignores = ["X-Tea: 1"]
"""


def rules_of(text: str = SENDING, folder: Path | None = None) -> MailRules:
    import msgspec
    import tomli

    return MailRules(tuple(services_of("teapot", msgspec.convert(tomli.loads(text), VendorFile))))


def test_headers_are_known_by_name_or_by_their_text() -> None:
    rules = rules_of()
    assert rules.by_header("x-teapot-ID", "anything") is not None
    assert rules.by_header("X-Mailer", "teapot 2 mailer") is not None
    assert rules.by_header("X-Mailer", "Outlook") is None


def test_senders_are_known_with_what_is_below_them() -> None:
    rules = rules_of()
    assert rules.by_sender("bounce.Teapot.example.") is not None
    assert rules.by_sender("notteapot.example") is None


def test_opening_and_clicking_are_told_apart_on_any_host() -> None:
    rules = rules_of()
    assert rules.opened("https://mail.larkspur.example/o/1f2e/pot.gif") is not None
    assert rules.opened("https://mail.larkspur.example/open?x=1&pot=2") is not None
    assert rules.opened("https://mail.larkspur.example/open?spot=2") is None
    assert rules.clicked("https://mail.larkspur.example/c/pot/1") is not None
    assert rules.opened("https://mail.larkspur.example/c/pot/1") is None


def test_what_is_known_by_its_host_counts_before_what_is_on_any() -> None:
    bound = SENDING.replace('opens = ["/o/*/pot.gif", "/open?pot="]', 'opens = ["/open"]').replace(
        'clicks = ["/c/pot/"]', 'clicks = ["/c/pot/"]\nhosts = ["px.example"]'
    )
    rules = rules_of(bound)
    assert rules.opened("https://a.px.example/open") is not None
    assert rules.opened("https://mail.larkspur.example/open") is None


def test_every_shipped_rule_claims_its_own_examples() -> None:
    knowledge = Knowledge.load()
    rules = MailRules.of(knowledge)
    sending = [service for service in knowledge.services if service.mail]
    assert len(sending) >= 15
    for service in sending:
        for table in service.mail:
            assert all(rules.example(one) is service for one in table.matches), service.id


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ('matches = ["X-Teapot-Id: 1"]', 'matches = ["X-Other: 1"]'),
            "expected teapot.email, found nothing",
        ),
        (
            ('ignores = ["X-Tea: 1"]', 'ignores = ["teapot.example"]'),
            "mail teapot.example: teapot.email takes it",
        ),
        (('matches = ["X-Teapot-Id: 1"]', ""), "expected matches and ignores"),
        (("senders =", "sender ="), "Did you mean 'senders'"),
    ],
)
def test_the_check_tells_examples_that_fail_and_unknown_keys(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    (tmp_path / "teapot.toml").write_text(SENDING.replace(*change))
    with pytest.raises(ConfigError) as error:
        check_rules(tmp_path)
    assert told in error.value.message
