"""One attempt to deliver one alert: by SMTP, or by a POST.

Webhooks are signed after the Standard Webhooks specification (webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA256
over the three, base64), so that receivers can use its libraries. A redirect is not followed, and counts as a failure.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time

import aiohttp
import aiosmtplib
import msgspec

from consent.alerts.texts import mail_of, slack_of
from consent.model.alerts import Alert, SmtpSettings, secret
from consent.model.errors import ConfigError
from consent.store.alert_store import AlertRow

TIMEOUT_S = 15.0
SECRET_PREFIX = "whsec_"  # noqa: S105 - how the specification marks one
_GONE = 410


class NotDelivered(Exception):  # noqa: N818 - no error of the program: `outbox` alone sees it
    """An attempt failed; ``final`` says that another would, too."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        """Keep the reason, in words that can be shown."""
        super().__init__(why)
        self.final = final


def sign(secret_key: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature header; ``secret_key`` is ``whsec_`` and base64, else it is taken as it is."""
    key = secret_key.encode()
    if secret_key.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret_key.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error as error:
            raise ConfigError("server.webhook_secret: expected base64 after whsec_.") from error
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


async def send_mail(row: AlertRow, target: str, smtp: SmtpSettings) -> None:
    """Hand an alert to the mail server; raises `NotDelivered`, or `ConfigError` where the password is nowhere."""
    alert = msgspec.json.decode(row.content, type=Alert)
    message = mail_of(alert, sender=smtp.sender, to=target, alert_id=row.alert_id)
    password = secret(smtp.password, "server.smtp.password") if smtp.password else None
    try:
        await aiosmtplib.send(
            message,
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.username or None,
            password=password,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
            timeout=TIMEOUT_S,
        )
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise NotDelivered(f"{smtp.host}: {type(error).__name__}: {error}"[:300]) from error


async def post(
    session: aiohttp.ClientSession, row: AlertRow, url: str, *, webhook_secret: str | None = None
) -> None:
    """POST an alert to a webhook, or to Slack by its own JSON; raises `NotDelivered`."""
    body, headers = row.content, {"Content-Type": "application/json"}
    if row.channel == "slack":
        body = msgspec.json.encode(slack_of(msgspec.json.decode(row.content, type=Alert)))
    else:
        timestamp = int(time.time())
        headers |= {"webhook-id": row.alert_id, "webhook-timestamp": str(timestamp)}
        if webhook_secret:
            headers["webhook-signature"] = sign(
                webhook_secret, message_id=row.alert_id, timestamp=timestamp, body=body
            )
    try:
        async with session.post(
            url,
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        ) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        # The words of these errors can hold the whole address, which can be a secret.
        raise NotDelivered(f"{row.shown}: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise NotDelivered(f"{row.shown} answered {status}", final=status == _GONE)
