"""Anchors: the heads of the chains at one moment, kept where the database's administrator cannot reach them.

Only an anchor shows that a log's tail was cut off or rewritten and sealed anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from consent.model.errors import ConfigError
from consent.store import Store, chain
from consent.times import now_ms, rfc3339


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """The head of one writer's chain: its last batch, the position of its last entry, its seal (hex)."""

    writer: str
    batch: int
    position: int
    seal: str
    sealed: str


class Anchors(msgspec.Struct, frozen=True, kw_only=True):
    """The heads of all chains; ``exported`` is RFC 3339."""

    schema_version: Literal["consentry-anchor/1"] = "consentry-anchor/1"
    exported: str
    chains: tuple[Anchor, ...]


def anchor_of(writer: bytes, head: chain.Head) -> Anchor:
    """Return the anchor for a chain that ends here."""
    return Anchor(
        writer=writer.hex(),
        batch=head.number,
        position=head.position,
        seal=head.hash.hex(),
        sealed=rfc3339(head.sealed),
    )


async def current_anchors(store: Store) -> Anchors:
    """Return the heads of all chains as they are stored, without verifying what is before them."""
    anchors = []
    for writer in await store.writers():
        seal = await store.last_seal(writer)
        anchors.append(anchor_of(writer, chain.after(seal) if seal else chain.genesis(writer)))
    return Anchors(exported=rfc3339(now_ms()), chains=tuple(anchors))


def encode_anchors(anchors: Anchors) -> bytes:
    """Encode as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(anchors), indent=2) + b"\n"


def read_anchors(path: Path) -> Anchors:
    """Read an anchor file; raises `ConfigError` where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Anchors)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.",
            hint="The first anchor is made without an older one: consentry log verify --write-anchor FILE",
        ) from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"{path}: is not an anchor: {error}.",
            hint="Give a file that this wrote: consentry log export --format anchor",
        ) from error
