"""What sites.toml asks of the world around the program: that secrets are where it says, a mail server answers, scans are due.

What is wrong with a setting itself, such as a schedule, is told when the file is read; of a theme that is looked at here, since
else it would be told when the site is published.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator

import aiosmtplib
import msgspec

from consent.model.alerts import SmtpSettings, secret
from consent.model.checks import Check, Outcome
from consent.model.errors import ConfigError
from consent.model.sites import Settings, ThemeSettings
from consent.schedules import first_ms
from consent.times import now_ms
from widget.themes import Theme, problems

TIMEOUT_S = 5.0


def check_schedules(settings: Settings) -> Check:
    """How many sites are scanned by themselves, and which of those that go by the clock is the next."""
    planned = [(site, site.schedule) for site in settings.sites.values() if site.schedule is not None]
    detail = f"{len(planned)} of {len(settings.sites)} sites are scanned by themselves"
    now = now_ms()
    times = [(first_ms(site.id, schedule, now), site.id) for site, schedule in planned if schedule.cron]
    if times:
        due, site_id = min(times)
        time = dt.datetime.fromtimestamp(due / 1_000, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
        detail = f"{detail}; the next by cron is due at {time} ({site_id})"
    return Check(name="schedules", outcome=Outcome.OK, detail=detail)


def check_themes(settings: Settings) -> Check:
    """Whether every banner's colours can be read, as publishing asks of them."""
    wrong = [
        f"sites.{site.id}.banner.theme.{problem}"
        for site in settings.sites.values()
        for problem in problems(Theme(**msgspec.structs.asdict(site.banner.theme)))
    ]
    if wrong:
        mend = "choose colours that differ more in lightness"
        return Check(name="themes", outcome=Outcome.FAILED, detail="; ".join(wrong), mend=mend)
    own = sum(site.banner.theme != ThemeSettings() for site in settings.sites.values())
    return Check(
        name="themes", outcome=Outcome.OK, detail=f"{own} of {len(settings.sites)} banners have a theme"
    )


def check_alerts(settings: Settings) -> list[Check]:
    """Whether alerts can be sent: their secrets, what signs them, and the mail server, which is asked but gets no mail."""
    alerts = [(site.id, site.alerts) for site in settings.sites.values() if site.alerts is not None]
    if not alerts:
        return [Check(name="alerts", outcome=Outcome.OK, detail="no site has alerts")]
    missing = list(_missing(settings))
    told = f"{len(alerts)} of {len(settings.sites)} sites have alerts"
    if missing:
        detail, mend = "; ".join(missing), "set what is named, for `consentry serve` too"
        checks = [Check(name="alerts", outcome=Outcome.FAILED, detail=detail, mend=mend)]
    elif not settings.server.webhook_secret and any(one.webhooks for _, one in alerts):
        detail = f"{told}; webhooks are not signed, so a receiver cannot tell who sends them"
        mend = 'webhook_secret = "env:CONSENTRY_WEBHOOK_SECRET" under [server]'
        checks = [Check(name="alerts", outcome=Outcome.WARNING, detail=detail, mend=mend)]
    elif not settings.server.public_url:
        detail = f"{told}; they have no link to the scan, since public_url is not set"
        mend = 'public_url = "https://…" under [server]'
        checks = [Check(name="alerts", outcome=Outcome.WARNING, detail=detail, mend=mend)]
    else:
        checks = [Check(name="alerts", outcome=Outcome.OK, detail=f"{told}; every secret is there")]
    if settings.server.smtp is not None and any(one.email for _, one in alerts):
        checks.append(check_mail_server(settings.server.smtp))
    return checks


def check_mail_server(smtp: SmtpSettings) -> Check:
    """Whether the mail server answers, speaks TLS as it is to, and lets the program in; no mail is sent."""
    where = f"{smtp.host}:{smtp.port} ({smtp.security})"
    try:
        asyncio.run(_greet(smtp))
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ConfigError) as error:
        why = str(error) or type(error).__name__
        mend = "correct [server.smtp], then: consentry alerts test SITE"
        return Check(name="mail server", outcome=Outcome.FAILED, detail=f"{where}: {why}", mend=mend)
    return Check(name="mail server", outcome=Outcome.OK, detail=f"{where} answers; no mail was sent")


def _missing(settings: Settings) -> Iterator[str]:
    """Yield each secret that is nowhere, once, with the key that names it."""
    wanted: dict[str, str] = {}
    if settings.server.webhook_secret:
        wanted[settings.server.webhook_secret] = "server.webhook_secret"
    for site in settings.sites.values():
        for channel, target in site.alerts.targets() if site.alerts is not None else ():
            if channel != "email":
                wanted.setdefault(target, f"sites.{site.id}.alerts")
    for reference, key in wanted.items():
        try:
            secret(reference, key)
        except ConfigError as error:
            yield error.message.rstrip(".")


async def _greet(smtp: SmtpSettings) -> None:
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        use_tls=smtp.security == "tls",
        start_tls=smtp.security == "starttls",
        timeout=TIMEOUT_S,
    )
    async with client:
        if smtp.username:
            password = secret(smtp.password, "server.smtp.password") if smtp.password else ""
            await client.login(smtp.username, password)
