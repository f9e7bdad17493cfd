from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from consent.alerts.sending import NotDelivered, post, send_mail
from consent.model.alerts import Alert, SmtpSettings
from consent.model.errors import ConfigError
from consent.store.alert_store import AlertRow
from tests.consent.alerts.test_texts import an_alert

SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()


def a_row(channel: str = "webhook", **fields: Any) -> AlertRow:
    content = msgspec.json.encode(an_alert())
    row = AlertRow(
        "0190a1", "larkspur", "s1", channel, "ab", "receiver.example", "waiting", 1, 0, 0, None, "", content
    )
    return row._replace(**fields)


@asynccontextmanager
async def receiver(status: int = 204) -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    got: list[tuple[dict[str, str], bytes]] = []

    async def take(request: web.Request) -> web.Response:
        got.append((dict(request.headers), await request.read()))
        return web.Response(status=status, headers={"Location": "/other"})

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), got


async def test_a_webhook_gets_json_whose_signature_the_standards_own_library_accepts() -> None:
    async with receiver() as (url, got), aiohttp.ClientSession() as session:
        await post(session, a_row(), url, webhook_secret=SECRET)
    [(headers, body)] = got
    told = {key.lower(): value for key, value in headers.items()}
    Webhook(SECRET).verify(body, told)
    assert msgspec.json.decode(body, type=Alert) == an_alert()
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", told)


async def test_slack_gets_its_own_json_unsigned() -> None:
    async with receiver(200) as (url, got), aiohttp.ClientSession() as session:
        await post(session, a_row("slack"), url, webhook_secret=SECRET)
    [(headers, body)] = got
    assert set(msgspec.json.decode(body)) == {"text", "blocks"}
    assert not any(name.lower().startswith("webhook-") for name in headers)


@pytest.mark.parametrize(("status", "final"), [(302, False), (400, False), (410, True), (503, False)])
async def test_only_success_is_success_and_no_redirect_is_followed(status: int, *, final: bool) -> None:
    async with receiver(status) as (url, got), aiohttp.ClientSession() as session:
        with pytest.raises(NotDelivered, match=f"receiver.example answered {status}") as raised:
            await post(session, a_row(), url)
    assert raised.value.final is final
    assert len(got) == 1


async def test_an_error_does_not_tell_the_address() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(NotDelivered) as raised:
            await post(session, a_row(), "http://127.0.0.1:9/secret-path")
    assert "secret" not in str(raised.value)


async def test_a_secret_that_is_no_base64_is_told() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ConfigError, match="webhook_secret"):
            await post(session, a_row(), "http://127.0.0.1:9/", webhook_secret="whsec_%%%")


class Mailbox:
    """What a real SMTP server of the tests got; it refuses ``refuse`` first mails for the moment."""

    def __init__(self, refuse: int = 0) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.refuse = refuse

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuse:
            self.refuse -= 1
            return "451 try again later"
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@asynccontextmanager
async def mail_server(mailbox: Mailbox) -> AsyncIterator[SmtpSettings]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield SmtpSettings(host="127.0.0.1", port=port, security="none", sender="consentry@larkspur.example")


async def test_a_mail_arrives_as_it_was_written() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as smtp:
        await send_mail(a_row("email"), "privacy@larkspur.example", smtp)
    [(to, content)] = mailbox.mails
    mail = message_from_bytes(content, policy=default)
    assert to == ["privacy@larkspur.example"]
    assert mail["Subject"] == "Larkspur & Co: 1 change since the last scan"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body()
    assert body is not None
    assert "_fbp" in body.get_content()


async def test_a_mail_that_is_refused_is_not_delivered() -> None:
    async with mail_server(Mailbox(refuse=1)) as smtp:
        with pytest.raises(NotDelivered, match="451"):
            await send_mail(a_row("email"), "privacy@larkspur.example", smtp)
        gone = msgspec.structs.replace(smtp, port=9)
        with pytest.raises(NotDelivered):
            await send_mail(a_row("email"), "privacy@larkspur.example", gone)
