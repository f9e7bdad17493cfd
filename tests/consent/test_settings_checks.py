from __future__ import annotations

import socket
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from consent.model.alerts import AlertSettings, SmtpSettings
from consent.model.checks import Outcome
from consent.model.schedule import ScheduleSettings
from consent.model.sites import BannerSettings, Server, Settings, ThemeSettings
from consent.settings_checks import check_alerts, check_mail_server, check_schedules, check_themes
from tests.consent.factories import site


def settings(
    *, alerts: AlertSettings | None = None, schedule: ScheduleSettings | None = None, **server: Any
) -> Settings:
    told = site(alerts=alerts, schedule=schedule)
    other = msgspec.structs.replace(site(), id="thyme")
    return Settings(path="sites.toml", server=Server(**server), sites={told.id: told, other.id: other})


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_schedules_are_counted_and_the_next_is_told() -> None:
    assert "0 of 2" in check_schedules(settings()).detail
    assert "next" not in check_schedules(settings(schedule=ScheduleSettings(every="7 days"))).detail
    check = check_schedules(settings(schedule=ScheduleSettings(cron="0 3 1 1 *")))
    assert check.outcome is Outcome.OK
    assert "1 of 2 sites" in check.detail
    assert "-01-01 03:00 UTC (larkspur)" in check.detail


def test_a_secret_that_is_nowhere_is_told_with_its_key_and_without_any_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_SUCH_SECRET", raising=False)
    monkeypatch.setenv("SLACK_ADDRESS", "https://hooks.example/very-secret")
    wanted = AlertSettings(slack=("env:NO_SUCH_SECRET", "env:SLACK_ADDRESS"))
    [check] = check_alerts(settings(alerts=wanted, webhook_secret="file:/no/such/file"))
    assert check.outcome is Outcome.FAILED
    assert "NO_SUCH_SECRET" in check.detail
    assert "sites.larkspur.alerts" in check.detail
    assert "server.webhook_secret: /no/such/file" in check.detail
    assert "very-secret" not in check.detail


def test_what_is_sent_unsigned_or_without_a_link_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING", "s3cret")
    hooks = AlertSettings(webhooks=("https://hooks.example/a",))
    [unsigned] = check_alerts(settings(alerts=hooks, public_url="https://consent.larkspur.example"))
    assert (unsigned.outcome, "not signed" in unsigned.detail) == (Outcome.WARNING, True)
    [unlinked] = check_alerts(settings(alerts=hooks, webhook_secret="env:SIGNING"))
    assert (unlinked.outcome, "public_url" in unlinked.detail) == (Outcome.WARNING, True)
    [well] = check_alerts(
        settings(alerts=hooks, webhook_secret="env:SIGNING", public_url="https://consent.larkspur.example")
    )
    assert well.outcome is Outcome.OK
    [none] = check_alerts(settings())
    assert (none.outcome, none.detail) == (Outcome.OK, "no site has alerts")


def test_a_mail_server_is_asked_and_gets_no_mail() -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        smtp = SmtpSettings(
            host="127.0.0.1", port=controller.port, sender="a@larkspur.example", security="none"
        )
        assert check_mail_server(smtp).outcome is Outcome.OK
        refused = check_mail_server(msgspec.structs.replace(smtp, security="starttls"))
        assert refused.outcome is Outcome.FAILED
        unknown = check_mail_server(
            msgspec.structs.replace(smtp, username="ada", password="env:NO_SUCH_SECRET")
        )
        assert "NO_SUCH_SECRET" in unknown.detail
    finally:
        controller.stop()
    alerts = AlertSettings(email=("privacy@larkspur.example",))
    _, gone = check_alerts(settings(alerts=alerts, smtp=smtp))
    assert gone.outcome is Outcome.FAILED
    assert gone.mend


def test_a_theme_that_cannot_be_read_is_told_before_anybody_publishes() -> None:
    usual = settings()
    assert check_themes(usual).outcome is Outcome.OK
    pale = BannerSettings(theme=ThemeSettings(surface="#ffffff", text="#eeeeee"))
    sites = usual.sites | {"thyme": msgspec.structs.replace(usual.sites["thyme"], banner=pale)}
    check = check_themes(msgspec.structs.replace(usual, sites=sites))
    assert check.outcome is Outcome.FAILED
    assert check.detail.startswith("sites.thyme.banner.theme.text: ")
