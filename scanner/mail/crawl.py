"""From messages to a crawl, which the pipeline names and judges as it does a scan's.

A message stands for a page: what a mail program loads to show it are its requests. Its links are no requests, since nothing
is asked before somebody clicks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from consent.model.categories import ConsentState
from scanner.mail.masking import Secrets, masked
from scanner.mail.model import Message, Remote
from scanner.mail.signs import is_tiny
from scanner.observations import Crawl, Observation, PageVisit, StatePass
from scanner.parties import host_of
from scanner.set_cookie import MAX_LIFETIME_S, default_path, parse_set_cookie

if TYPE_CHECKING:  # what reads HTML comes with the extra [scan]
    from scanner.mail.fetching import Hop
    from scanner.mail.read import Read

UNREAD = "its text could not be read"
_NOBODY = Secrets(())
_TYPES = {"frame": "document", "hint": "other"}
"""Kinds as a browser names the types of its requests."""


def crawl_of(
    read: Sequence[Read],
    *,
    site: str,
    start_url: str,
    state: ConsentState,
    fetched: Mapping[str, Sequence[Hop]] | None = None,
) -> Crawl:
    """Return what messages of one sender show; ``fetched`` has the exchanges of what was asked for, None where nothing was."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    observations: list[Observation] = []
    messages = []
    for one in read:
        message = one.message
        remotes = []
        for remote, url in zip(message.remotes, one.addresses, strict=True):
            hops = tuple((fetched or {}).get(url, ()))
            told = _with(remote, hops)
            remotes.append(told)
            observations += _requests(told, hops, message, state)
            observations += _cookies(hops, message, state)
        messages.append(msgspec.structs.replace(message, remotes=tuple(remotes), fetched=fetched is not None))
    return Crawl(
        site=site,
        start_url=start_url,
        started=now,
        finished=now,
        tool={
            "name": "consentry",
            "version": version("consentry"),
            "source": "mail",
            "limits": _limits(messages, state, fetched=fetched is not None),
            "notes": [f"{one.page}: {note}" for one in messages for note in one.notes][:50],
        },
        passes=(
            StatePass(
                state=state,
                applied=True,
                banner_found=False,
                method="message",
                evidence=("the messages were named as ones of this state",),
            ),
        ),
        visits=tuple(_visit(one, state) for one in messages),
        observations=tuple(observations),
        messages=tuple(messages),
    )


def _with(remote: Remote, hops: tuple[Hop, ...]) -> Remote:
    """Return what is loaded with what came of it; a picture that turns out to be of one pixel tells of an opening."""
    if not hops:
        return remote
    last = hops[-1]
    cookies = [cookie.name for hop in hops for line in hop.set_cookies if (cookie := parse_set_cookie(line))]
    pixel = remote.pixel
    if (
        not pixel
        and remote.kind == "image"
        and is_tiny(last.picture)
        and (remote.identifiers or remote.recipient or cookies)
    ):
        pixel = f"a picture of {last.picture} pixels came"
    return msgspec.structs.replace(
        remote,
        pixel=pixel,
        status=last.status,
        served=" ".join(filter(None, (last.content_type, last.picture))),
        cookies=tuple(dict.fromkeys(cookies))[:20],
        failed=last.failed,
    )


def _requests(
    remote: Remote, hops: tuple[Hop, ...], message: Message, state: ConsentState
) -> list[Observation]:
    """Return the request for it, and one for each address that it was redirected to."""
    found = []
    before = ""
    for number in range(max(1, len(hops))):
        hop = hops[number] if hops else None
        url = remote.url if number == 0 or hop is None else masked(hop.url, _NOBODY)
        found.append(
            Observation(
                kind="request",
                name=url,
                host=host_of(url),
                state=state,
                page=message.page,
                initiators=(before,) if before else (),
                details={
                    "type": _TYPES.get(remote.kind, remote.kind),
                    "method": "GET",
                    "status": hop.status if hop else None,
                    "frame": message.page,
                    "redirected_from": before or None,
                    "failed": (hop.failed or None) if hop else None,
                    "stack": [],
                    "body_size": hop.size if hop else 0,
                    "beacon": "pixel" if remote.pixel and number == 0 else "",
                },
            )
        )
        before = url
    return found * min(remote.count, 20) if not hops else found


def _cookies(hops: tuple[Hop, ...], message: Message, state: ConsentState) -> list[Observation]:
    """Return the cookies that answers asked for; whether a mail program keeps them is its own matter."""
    found = []
    for hop in hops:
        for line in hop.set_cookies:
            cookie = parse_set_cookie(line)
            if cookie is None or not cookie.name:
                continue
            lifetime = cookie.lifetime_s(hop.wall_s)
            if lifetime is not None and lifetime <= 0:
                continue
            host = cookie.domain or host_of(hop.url)
            found.append(
                Observation(
                    kind="cookie",
                    name=cookie.name[:300],
                    host=host,
                    state=state,
                    page=message.page,
                    initiators=(masked(hop.url, _NOBODY),),
                    value=cookie.value[:4_096],
                    details={
                        "domain": f".{cookie.domain}" if cookie.domain else host,
                        "path": cookie.path or default_path(urlsplit(hop.url).path),
                        "http_only": cookie.http_only,
                        "secure": cookie.secure,
                        "same_site": cookie.same_site,
                        "lifetime_s": None if lifetime is None else min(lifetime, MAX_LIFETIME_S),
                        "requested_lifetime_s": lifetime,
                        "size": len(cookie.name) + len(cookie.value),
                        "via": "header",
                        "in_jar": True,
                    },
                )
            )
    return found


def _visit(message: Message, state: ConsentState) -> PageVisit:
    unread = UNREAD in message.notes
    return PageVisit(
        url=message.page,
        state=state,
        status="not_measured" if unread else "ok",
        final_url=message.page,
        title=message.subject,
        error=UNREAD if unread else "",
        notes=message.notes[:10],
    )


def _limits(messages: Sequence[Message], state: ConsentState, *, fetched: bool) -> list[str]:
    """Return in sentences what messages cannot tell."""
    told = [
        (
            f"This report is made from {len(messages)} e-mail {'message' if len(messages) == 1 else 'messages'}, not from a scan of a site: it "
            "tells what a mail program loads to show them and where their links lead. What readers' mail programs block or load through a "
            "proxy, and what the sender does with what he learns, is not in them."
        ),
        (
            f"That they show the state “{state}” is what their owner says: a message does not tell whether its reader agreed to being "
            "measured. Subscribe with an address that agreed to mail and to nothing else, or give --states accept."
        ),
        "Tokens and readers' addresses are cut out of every address in this report, so that nobody can use them.",
    ]
    if fetched:
        told.append(
            "What the messages load was fetched: their sender has been told that they were opened. Links were not followed."
        )
    else:
        told.append(
            "Nothing was fetched: cookies, redirects and the true size of pictures are not known, nor where a counter's link leads that keeps "
            "its target to itself."
        )
    readers = "one reader cannot show what another's would hold"
    if len(messages) == 1:
        told.append(f"One message to {readers}: tokens are judged by their look and by who carries them.")
    return told
