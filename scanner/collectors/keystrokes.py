"""What becomes of text that a visitor types: it is typed, never submitted, and looked for in all that the page sends.

Fields are typed into on a bounded number of pages, after everything else has been seen there. Nothing is clicked, Enter
is never pressed, and a submission that the page starts by itself is stopped. Each field gets a random text of its own, so
that what leaves tells which field it came from. The text and the addresses that carry it are not kept.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from scanner.browser.worlds import ask_frames
from scanner.collectors import BaseCollector, Scene, Watched
from scanner.encodings import body_text, find_spelling, spellings_of
from scanner.observations import Observation
from scanner.parties import host_of
from scanner.request_log import without_query

FIRST_PAGES = 10
"""Pages of the plan that are typed into whatever they are called."""
NAMED_PAGES = 60
"""Up to this one, pages with a form by their address are typed into besides."""
MAX_FIELDS = 5
_MAX_FOUND = 60
_AFTER_S = 0.5
"""Seconds after the last key: scripts wait until a visitor stops typing."""
_FORM_PAGE = re.compile(
    r"contact|kontakt|login|log-in|signin|sign-in|sign-up|signup|register|account|konto|newsletter|subscri|checkout|"
    r"book|quote|form|support|feedback|anmeld|registr|compte|connexion|cuenta|acceso|accedi|inloggen",
    re.IGNORECASE,
)

_FIND = """(() => {
  const TYPES = new Set(["text", "email", "search", "tel", "url", "password"]);
  const found = [];
  const fields = globalThis.consentryFields = [];
  addEventListener("submit", (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, true);
  for (const field of document.querySelectorAll("input, textarea")) {
    if (found.length >= MAX_FIELDS) break;
    const type = field.tagName === "TEXTAREA" ? "textarea" : field.type;
    if (type !== "textarea" && !TYPES.has(type)) continue;
    if (field.disabled || field.readOnly || field.value) continue;
    if (/one-time|cc-/.test(field.autocomplete) || (field.maxLength >= 0 && field.maxLength < 24)) continue;
    const box = field.getBoundingClientRect();
    if (box.width < 20 || box.height < 8) continue;
    if (!field.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    fields.push(field);
    const form = field.form;
    found.push({
      type,
      name: String(field.name || field.id || field.placeholder || "").slice(0, 80),
      form: form ? String(form.action).slice(0, 2000) : "",
      search: type === "search" || /search|suche|query|(^| )[qs]( |$)/i.test(`${field.name} ${field.id} ${field.getAttribute("role")}`),
    });
  }
  return found;
})()""".replace("MAX_FIELDS", str(MAX_FIELDS))
_FOCUS = """(() => {
  const field = (globalThis.consentryFields ?? [])[NUMBER];
  if (!field?.isConnected) return false;
  field.focus({ preventScroll: true });
  return document.activeElement === field || field.getRootNode().activeElement === field;
})()"""
_BLUR = "(() => { document.activeElement?.blur(); })()"


@dataclass(slots=True)
class _Typed:
    """One text that was typed into one field, and its spellings."""

    page: int
    field: dict[str, Any]
    spellings: dict[str, str]
    time_ms: float


class _Field(msgspec.Struct, frozen=True, tag="field"):
    """A field that was typed into, without the text."""

    field: dict[str, Any]
    time_ms: float


class _Left(msgspec.Struct, frozen=True, tag="left"):
    """Where the text of the page's field with this ``number`` was seen leaving."""

    number: int
    to: str
    part: str
    encoding: str
    initiators: tuple[str, ...]
    time_ms: float


class KeystrokesCollector(BaseCollector):
    """One observation per field that was typed into and address that its text went to; one without for a quiet field."""

    id = "keystrokes"
    entry = _Field | _Left

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._typed: dict[int, list[_Typed]] = {}
        self._left: dict[int, dict[tuple[int, str, str], _Left]] = {}
        self._sockets: dict[str, tuple[str, tuple[str, ...]]] = {}

    def apply(self, page: int, entry: _Field | _Left) -> None:
        """Remember a field, or where its text went."""
        if isinstance(entry, _Field):
            self._typed.setdefault(page, []).append(_Typed(page, entry.field, {}, entry.time_ms))
        else:
            self._left.setdefault(page, {})[entry.number, entry.to, entry.part] = entry

    def watch(self, watched: Watched) -> None:
        """Listen to what is sent."""
        targets = watched.targets
        targets.on("Network.requestWillBeSent", lambda event: self._request(watched, event))
        targets.on("Network.webSocketCreated", lambda event: self._socket_opened(watched, event))
        targets.on("Network.webSocketFrameSent", lambda event: self._frame(watched, event))
        watched.on_record("blob", lambda record: self._blob(watched, record))

    async def interact(self, watched: Watched) -> bool:
        """Type into the page's visible fields."""
        if not is_typed_into(watched.number, self.scene.page_url(watched.number)):
            return False
        answers = await ask_frames(watched.targets, _FIND, main_only=True)
        fields = answers[0].value if answers and isinstance(answers[0].value, list) else []
        typed = self._typed.setdefault(watched.number, [])
        for number, found in enumerate(fields):
            core = f"qz{secrets.token_hex(6)}"
            text = core
            if found.get("type") == "email":
                text = f"{core}@mail.example"
            elif found.get("type") == "tel":
                core = text = f"30{secrets.randbelow(10**9):09}"
            elif found.get("type") == "url":
                text = f"https://{core}.example/"
            focus = _FOCUS.replace("NUMBER", str(number))
            focused = await ask_frames(watched.targets, focus, main_only=True)
            if not focused or focused[0].value is not True:
                continue
            self.learn(watched.number, _Field(found, watched.elapsed_ms()))
            typed[-1].spellings = spellings_of(core, text)
            await watched.page.keyboard.type(text)
        if typed:
            await ask_frames(watched.targets, _BLUR, main_only=True)
            await asyncio.sleep(_AFTER_S)
        return bool(typed)

    async def finish(self) -> list[Observation]:
        """Return the fields, and where their text went."""
        found = []
        for page, fields in self._typed.items():
            left = self._left.get(page, {})
            for number, typed in enumerate(fields):
                ways = [way for key, way in left.items() if key[0] == number]
                ways = ways or [_Left(number, "", "", "", (), typed.time_ms)]
                found += [self._observe(typed, way) for way in ways]
        return found

    def _observe(self, typed: _Typed, way: _Left) -> Observation:
        return Observation(
            kind="typed",
            name=str(typed.field.get("name", "")),
            host=host_of(way.to) if way.to else "",
            state=self.scene.state,
            page=self.scene.page_url(typed.page),
            initiators=self.scene.requests.chain(typed.page, way.initiators),
            time_ms=way.time_ms,
            details={
                "type": str(typed.field.get("type", "")),
                "form": str(typed.field.get("form", "")),
                "search": typed.field.get("search") is True,
                "to": way.to,
                "part": way.part,
                "encoding": way.encoding,
            },
        )

    def _request(self, watched: Watched, event: dict[str, Any]) -> None:
        if not self._typed.get(watched.number):
            return
        request = event["request"]
        url = str(request["url"])
        scripts = _scripts(event.get("initiator"))
        self._search(watched, url, url, "address", scripts)
        referer = next((str(v) for k, v in request.get("headers", {}).items() if k.lower() == "referer"), "")
        self._search(watched, url, referer, "referrer", scripts)
        if entries := request.get("postDataEntries"):
            data = b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries[:20])
            self._search(watched, url, body_text(data), "body", scripts)

    def _blob(self, watched: Watched, record: dict[str, Any]) -> None:
        """Search what beacons.js read of a Blob: DevTools does not tell it."""
        if self._typed.get(watched.number):
            with contextlib.suppress(ValueError):
                url = urljoin(str(record.get("href", "")), str(record.get("url", "")))
                self._search(watched, url, str(record.get("body", "")), "body", ())

    def _socket_opened(self, watched: Watched, event: dict[str, Any]) -> None:
        del watched
        if len(self._sockets) < 500:
            self._sockets[str(event["requestId"])] = (str(event["url"]), _scripts(event.get("initiator")))

    def _frame(self, watched: Watched, event: dict[str, Any]) -> None:
        if not self._typed.get(watched.number):
            return
        url, scripts = self._sockets.get(str(event["requestId"]), ("", ()))
        payload = event["response"].get("payloadData", "")
        if event["response"].get("opcode") == 2:
            payload = body_text(base64.b64decode(payload))
        if url:
            self._search(watched, url, str(payload), "socket", scripts)

    def _search(self, watched: Watched, url: str, text: str, part: str, scripts: tuple[str, ...]) -> None:
        if not text or not url.startswith(("http", "ws")):
            return
        left = self._left.setdefault(watched.number, {})
        to = _bare(url)
        for number, typed in enumerate(self._typed[watched.number]):
            encoding = find_spelling(text, typed.spellings)
            if encoding and (number, to, part) not in left and len(left) < _MAX_FOUND:
                self.learn(watched.number, _Left(number, to, part, encoding, scripts, watched.elapsed_ms()))


def is_typed_into(number: int, url: str) -> bool:
    """Whether the page with this number in the plan is typed into: decided by the plan alone, so that runs agree."""
    return number < FIRST_PAGES or (number < NAMED_PAGES and bool(_FORM_PAGE.search(urlsplit(url).path)))


def _bare(url: str) -> str:
    """Return an address without what may hold the text: its query, and path segments that look made up."""
    return re.sub(r"(?<=/)[^/]*(?:qz[0-9a-f]{6}|\d{9})[^/]*", "…", without_query(url))[:2_000]


def _scripts(initiator: Any) -> tuple[str, ...]:
    stack = (initiator or {}).get("stack")
    urls: dict[str, None] = {}
    while stack and len(urls) < 16:
        urls |= dict.fromkeys(
            str(frame["url"]).partition("#")[0]
            for frame in stack.get("callFrames", ())
            if str(frame.get("url", "")).startswith("http")
        )
        stack = stack.get("parent")
    return tuple(urls)[:16]
