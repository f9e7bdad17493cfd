"""Messages as services shape them, written by us for a tea shop and a reader who does not exist."""

from __future__ import annotations

import base64
import hashlib
import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from consent.model.categories import ConsentState
from scanner.knowledge import Knowledge
from scanner.knowledge.mail import MailRules
from scanner.mail.model import Message
from scanner.mail.read import Read, read_messages

READER = "ana.brewer@reader.example"
TOKEN = "u001.Kx7Qm2Zt9LpB4wYs8RnD6vHc3"
SHOP = "https://www.larkspur.example"
BEFORE = ConsentState.BEFORE


def letter(
    html: str = "",
    *,
    text: str = "",
    to: str = f"Ana Brewer <{READER}>",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> bytes:
    """A message of the shop; ``headers`` are added, ``more`` replaces Subject, From and so on."""
    message = EmailMessage()
    message["From"] = more.get("sender", "Larkspur & Co <hello@larkspur.example>")
    message["To"] = to
    message["Subject"] = more.get("subject", "Ana Brewer, the spring teas are here")
    message["Date"] = "Mon, 02 Mar 2026 09:14:05 +0000"
    message["Message-ID"] = "<1@larkspur.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text or "The spring teas are here.")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def page(*inside: str) -> str:
    return f"<html><head></head><body><p>The spring teas are here.</p>{''.join(inside)}</body></html>"


def sendgrid(token: str = TOKEN, **more: Any) -> bytes:
    counter = "https://u123.ct.sendgrid.net"
    return letter(
        page(
            f'<a href="{counter}/ls/click?upn={token}-2Bshop">See the teas</a>',
            f'<a href="{counter}/wf/unsubscribe?upn={token}-2Bout">Unsubscribe</a>',
            f'<img src="{counter}/wf/open?upn={token}-2Bopen" alt="" width="1" height="1" border="0" '
            'style="height:1px !important;width:1px !important">',
        ),
        headers={
            "X-SG-EID": "u001.abc",
            "Return-Path": "<bounces+123-ana.brewer=reader.example@em1.larkspur.example>",
            "DKIM-Signature": "v=1; a=rsa-sha256; c=relaxed/relaxed; d=sendgrid.net; s=smtpapi; b=abc",
        },
        **more,
    )


def constant_contact() -> bytes:
    place = "https://r20.rs6.net"
    return letter(
        page(
            f'<div style="display:none; max-height:0px"><img src="{place}/on.jsp?ca=1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9&a=11'
            '33538688559&c=b13a9586-a541-11ec-a79b-fa163e5bc304&ch=b1441c50-a541-11ec-a79b-fa163e5bc304"></div>',
            f'<a href="{place}/tn.jsp?f=001Zx9Kq7Lm3Pw5Rt8Yv2Bn6&c=b13a9586-a541-11ec-a79b-fa163e5bc304&ch=x">Our shop</a>',
            '<a href="https://visitor.constantcontact.com/do?p=un&m=001Zx9Kq7Lm3Pw5Rt8Yv2Bn6">Unsubscribe</a>',
            '<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Lora">',
            '<img src="https://files.constantcontact.com/larkspur/teapot.png" width="600" height="300" alt="A teapot">',
        ),
        headers={
            "X-Mailer": "Roving Constant Contact 2012 (http://www.constantcontact.com)",
            "X-Roving-ID": "1133538688559.123",
            "List-Unsubscribe": "<https://visitor.constantcontact.com/do?p=un&m=001Zx9Kq7Lm3Pw5Rt8Yv2Bn6>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def hubspot() -> bytes:
    place = "https://d2lark04.eu1.hubspotlinks.com/Ctc/L0+113/d2lark04"
    return letter(
        page(
            f'<a href="{place}/VWpWBP3McFcdW6T8yqW90LnR5W1zSvF">Read on</a>',
            '<a href="https://www.larkspur.example/hs/manage-preferences/unsubscribe?_hsenc=p2ANqtz-8Kx7Qm2Zt9LpB4wYs8RnD6vHc3">Out</a>',
            '<img src="https://email.larkspur.example/e3t/Cto/L0+113/d2lark04/VXbGfc6jPTQcN4JJLkWj" width="1" height="1" '
            'style="display:none!important">',
        ),
        headers={
            "Return-Path": "<1axabc@bf01x.hubspotemail.net>",
            "List-Unsubscribe": "<mailto:1ax-unsub@bf01x.hubspotemail.net>",
        },
    )


def microsoft() -> bytes:
    """A message that a person wrote in Microsoft 365, its links rewritten by the reader's own Safe Links."""
    inner = "https%3A%2F%2Fwww.larkspur.example%2Fteas%2Fassam"
    return letter(
        page(
            f'<a href="https://eur01.safelinks.protection.outlook.com/?url={inner}&data=05%7C02%7Cana.brewer%40reader.example%7C0a1b">Assam</a>'
        ),
        headers={
            "X-MS-Exchange-CrossTenant-FromEntityHeader": "Hosted",
            "DKIM-Signature": "v=1; a=rsa-sha256; d=larkspur.onmicrosoft.com; s=selector1; b=abc",
        },
        subject="Your question about Assam",
    )


def mailchimp() -> bytes:
    reader = hashlib.md5(READER.encode(), usedforsecurity=False).hexdigest()
    mandrill = base64.urlsafe_b64encode(
        json.dumps({"p": json.dumps({"url": f"{SHOP}/teas"})}).encode()
    ).decode()
    return letter(
        page(
            '<a href="https://larkspur.us1.list-manage.com/track/click?u=0a1b2c3d4e5f60718293a4b5c&id=9f8e7d6c5b&e=1a2b3c4d5e">Teas</a>',
            f'<a href="https://mandrillapp.com/track/click/30001/www.larkspur.example?p={mandrill}">Order</a>',
            f'<img src="http://pics.example/r?h={reader}" width="20" height="20">',
            '<img src="https://larkspur.us1.list-manage.com/track/open.php?u=0a1b2c3d4e5f60718293a4b5c&id=9f8e7d6c5b&e=1a2b3c4d5e">',
        ),
        headers={
            "X-Mailer": "Mailchimp Mailer - **CID9f8e7d6c5b**",
            "List-Id": "larkspur <0a1b.list-id.mcsv.net>",
        },
    )


def plain() -> bytes:
    """A message that loads and counts nothing."""
    return letter(
        page(f'<a href="{SHOP}/teas">The teas</a>', '<img src="cid:pot" width="400" height="300">'),
        subject="Hello",
    )


def rules() -> MailRules:
    return MailRules.of(Knowledge.load())


def read(*messages: bytes, state: ConsentState = BEFORE) -> tuple[Read, ...]:
    return read_messages([(f"{number}.eml", data) for number, data in enumerate(messages, 1)], rules(), state)


def told(data: bytes) -> Message:
    """What is told of one message."""
    return read(data)[0].message


def written(folder: Path, data: bytes, name: str = "message.eml") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
