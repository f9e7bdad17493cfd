"""Filter lists (EasyPrivacy, EasyList and others of their form): what is stored, and whether an address is on one.

A list says that an address tracks, not what for: it is evidence towards needing consent and nothing else. The lists have
licences of their own and are never shipped; `scanner.knowledge.update` brings them. The matcher, PyPI ``adblock`` (extra
[lists]), is loaded when a list is first asked.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from consent.model.errors import ConfigError
from consent.model.files import read_bounded
from scanner.knowledge.data_folder import data_folder, write_whole

LARGEST = 32 * 1024 * 1024
"""Bytes of one list; EasyList has 2 MB."""
_ID = re.compile(r"[^a-z0-9]+")
_HEADER = re.compile(r"^!\s*(title|version|last modified|licen[cs]e|homepage):\s*(.+?)\s*$", re.IGNORECASE)
_HEADER_LINES = 60
_TYPES = {
    "document": "subdocument",
    "fetch": "xmlhttprequest",
    "xhr": "xmlhttprequest",
    "eventsource": "xmlhttprequest",
    "cspviolationreport": "csp_report",
}
_KNOWN_TYPES = {"font", "image", "media", "object", "ping", "script", "stylesheet", "websocket"}


class ListInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stored list. ``says`` is what its entries are: advertising, or tracking of any kind.

    ``version`` and ``licence`` are the list's own words, ``updated`` is RFC 3339, ``source`` the URL or file.
    """

    id: str
    title: str
    says: Literal["advertising", "tracking"]
    version: str
    licence: str
    source: str
    updated: str
    rules: int
    sha256: str


class _Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``lists/index.json``: only what it names counts, so that an update is one replaced file."""

    schema: Literal[1] = 1
    lists: tuple[ListInfo, ...] = ()


class ListMatch(NamedTuple):
    """The list that an address is on, and its rule in the list's own words."""

    list: ListInfo
    rule: str


class FilterLists:
    """The stored lists of a folder, asked one after the other: those of advertising first, for they say more."""

    def __init__(self, infos: Iterable[ListInfo], folder: Path) -> None:
        self.infos = tuple(sorted(infos, key=lambda info: (info.says != "advertising", info.id)))
        self._folder = folder
        self._engines: list[tuple[ListInfo, Any]] | None = None
        self._asked: dict[tuple[str, str, str], ListMatch | None] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> FilterLists | None:
        """Return the lists that are stored; None where there is none, or nothing to match them with."""
        folder = (folder or data_folder()) / "lists"
        infos = stored_lists(folder.parent)
        return cls(infos, folder) if infos and can_match() else None

    def match(self, url: str, *, site_host: str = "", kind: str = "script") -> ListMatch | None:
        """Return the first list's rule that stops this request of a page on ``site_host``, or None.

        Raises `ConfigError` where a stored list is damaged.
        """
        kind = kind.lower()
        key = (url, site_host, kind)
        if key not in self._asked:
            if len(self._asked) >= 65_536:
                self._asked.clear()
            self._asked[key] = self._match(url, site_host or "site.invalid", _TYPES.get(kind, kind))
        return self._asked[key]

    def host(self, host: str, *, site_host: str = "") -> ListMatch | None:
        """Return the rule that stops a script at the root of a host, so the host as a whole."""
        return self.match(f"https://{host.lstrip('.')}/", site_host=site_host) if host else None

    def _match(self, url: str, site_host: str, kind: str) -> ListMatch | None:
        if self._engines is None:
            self._engines = [(info, self._engine(info)) for info in self.infos]
        kind = kind if kind in _KNOWN_TYPES or kind in _TYPES.values() else "other"
        for info, engine in self._engines:
            found = engine.check_network_urls(url, f"https://{site_host}/", kind)
            if found.matched:
                return ListMatch(info, found.filter or "")
        return None

    def _engine(self, info: ListInfo) -> Any:
        import adblock  # noqa: PLC0415 - an optional extra, and 48 MB

        path = self._folder / f"{info.id}.{info.sha256[:12]}.txt"
        data = read_bounded(path, LARGEST)
        if hashlib.sha256(data).hexdigest() != info.sha256:
            raise ConfigError(f"{path}: is not the list that was stored.", hint="consentry knowledge update")
        # Not optimised, and in debug mode: else rules are merged and their text is lost.
        rules = adblock.FilterSet(debug=True)
        rules.add_filter_list(data.decode("utf-8"))
        return adblock.Engine(rules, optimize=False)


def can_match() -> bool:
    """Whether the extra [lists] is installed."""
    return importlib.util.find_spec("adblock") is not None


def stored_lists(folder: Path | None = None) -> tuple[ListInfo, ...]:
    """Return what is stored, by id; raises `ConfigError` where the index is damaged."""
    path = (folder or data_folder()) / "lists" / "index.json"
    if not path.exists():
        return ()
    try:
        return msgspec.json.decode(read_bounded(path, 1024 * 1024), type=_Index).lists
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"{path}: is damaged: {error}.", hint="Delete it and run: consentry knowledge update"
        ) from error


def store_lists(new: Iterable[tuple[ListInfo, bytes]], folder: Path | None = None) -> tuple[ListInfo, ...]:
    """Store lists beside those that are there, all or none; returns what is stored now."""
    folder = folder or data_folder()
    new = list(new)
    kept = {info.id: info for info in stored_lists(folder)}
    for info, data in new:
        write_whole(folder / "lists" / f"{info.id}.{info.sha256[:12]}.txt", data)
        kept[info.id] = info
    return _write_index(kept, folder)


def remove_list(list_id: str, folder: Path | None = None) -> bool:
    """Forget a list; returns whether it was there."""
    folder = folder or data_folder()
    kept = {info.id: info for info in stored_lists(folder)}
    if kept.pop(list_id, None) is None:
        return False
    _write_index(kept, folder)
    return True


def _write_index(kept: dict[str, ListInfo], folder: Path) -> tuple[ListInfo, ...]:
    """Make these the lists that count, then clear away the others' files."""
    lists = tuple(kept[key] for key in sorted(kept))
    data = msgspec.json.format(msgspec.json.encode(_Index(lists=lists)), indent=2)
    write_whole(folder / "lists" / "index.json", data)
    wanted = {f"{info.id}.{info.sha256[:12]}.txt" for info in lists}
    for path in (folder / "lists").glob("*.txt"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)
    return lists


def describe(data: bytes, *, source: str, updated: str) -> ListInfo:
    """Read what a list says of itself; raises `ConfigError` where it is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{source}: is not UTF-8, so no filter list.") from error
    head = text.lstrip()[:200].lower()
    lines = text.splitlines()
    fields: dict[str, str] = {}
    for line in lines[:_HEADER_LINES]:
        found = _HEADER.match(line)
        if found and not found[2].startswith("%"):  # a placeholder that the publisher's build fills in
            fields.setdefault(found[1].lower().replace("license", "licence"), found[2])
    rules = sum(1 for line in lines if line and not line.startswith(("!", "[")) and "##" not in line)
    if head.startswith("<") or not (head.startswith("[adblock") or "title" in fields) or not rules:
        raise ConfigError(
            f"{source}: is no filter list: expected a first line [Adblock …] or a line '! Title:', and rules.",
            hint="EasyPrivacy and EasyList are at https://easylist.to/.",
        )
    title = fields.get("title") or re.sub(r"\.txt$", "", source.rstrip("/").rpartition("/")[2])
    return ListInfo(
        id=_ID.sub("-", title.lower()).strip("-")[:60] or "list",
        title=title[:120],
        says="advertising" if title.lower().startswith("easylist") else "tracking",
        version=(fields.get("version") or fields.get("last modified") or "not stated")[:80],
        licence=(fields.get("licence") or "not stated")[:200],
        source=source,
        updated=updated,
        rules=rules,
        sha256=hashlib.sha256(data).hexdigest(),
    )
