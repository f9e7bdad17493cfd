"""Formats that facts are imported from, one module a format; a module is found here and named nowhere else.

A module has the constants ``TITLE`` and ``LICENCE`` (what holds where the file says nothing), and the functions
``recognises(document)`` and ``facts(document)``. Files are somebody else's: they are bounded, and nothing in them is run.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec

from consent.model.errors import ConfigError
from consent.model.files import read_bounded
from consent.times import now_ms, rfc3339
from scanner.knowledge.imported import MOST_FACTS, Fact, Source, cleaned, source_id
from scanner.knowledge.javascript import objects_of

LARGEST = 8 * 1024 * 1024
"""Bytes of a file; the Open Cookie Database has 0.6 MB."""


class Document:
    """A file as text, as JSON where it is that, and as the objects that are written in it where it is JavaScript."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        try:
            self.text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{path}: byte {error.start} is not UTF-8.", hint="Save it as UTF-8."
            ) from error
        self.json: Any = None
        if self.text.lstrip()[:1] in {"{", "["}:
            try:
                self.json = msgspec.json.decode(self.text)
            except (msgspec.DecodeError, RecursionError):
                self.json = None
        self._objects: list[dict[str, Any]] | None = None

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every object that is not inside another: of JSON the whole, of JavaScript each one written there."""
        if self._objects is None:
            if isinstance(self.json, dict):
                self._objects = [self.json]
            elif self.json is not None or "{" not in self.text:
                self._objects = []
            else:
                self._objects = objects_of(self.text)
        return self._objects


class Format(Protocol):
    """What a module of this folder holds."""

    TITLE: str
    LICENCE: str

    def recognises(self, document: Document) -> bool:
        """Whether the document has this format."""

    def facts(self, document: Document) -> Iterator[Fact]:
        """Yield what the document says; raises `ConfigError` where it cannot be read."""


@cache
def formats() -> dict[str, Format]:
    """Return every format by its module's name."""
    return {
        one.name: cast("Format", importlib.import_module(f"{__name__}.{one.name}"))
        for one in pkgutil.iter_modules(__path__)
    }


def read_source(path: Path, *, format: str = "auto", licence: str = "") -> Source:  # noqa: A002 - the option's word
    """Read a file's facts; raises `ConfigError` where it has no known format or says nothing."""
    data = read_bounded(path, LARGEST)
    document = Document(str(path), data)
    known = formats()
    name = format
    if name == "auto":
        name = next((one for one, module in known.items() if module.recognises(document)), "")
        if not name:
            raise ConfigError(
                f"{path}: has none of the formats {', '.join(known)}.",
                hint="Where it has one of them after all, name it: --format FORMAT",
            )
    module = known[name]
    facts = tuple(dict.fromkeys(islice(module.facts(document), MOST_FACTS + 1)))
    if len(facts) > MOST_FACTS:
        raise ConfigError(f"{path}: says more than {MOST_FACTS:,} things.", hint="Split the file.")
    if not facts:
        raise ConfigError(f"{path}: names no cookie or storage key (read as {name}).")
    stated = (
        document.json.get("licence") or document.json.get("license")
        if isinstance(document.json, dict)
        else ""
    )
    title = module.TITLE if name == "ocd" else f"{module.TITLE} {path.name}"
    return Source(
        id=source_id(title),
        title=title,
        format=name,
        licence=cleaned(licence or stated or module.LICENCE),
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        imported=rfc3339(now_ms()),
        facts=facts,
    )
