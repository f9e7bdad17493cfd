"""What can be wrong with the log, and how a walk along a chain says where."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, NoReturn

import msgspec

from consent.store import chain
from consent.store.entries import Seal, StoredEntry
from consent.walk import id_text


class Fault(StrEnum):
    """What is wrong with the log."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    DUPLICATED = "duplicated"
    INSERTED = "inserted"
    BACK_DATED = "back_dated"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is wrong, in words, and where: 0 and empty where it is not one entry."""

    fault: Fault
    message: str
    writer: str = ""
    batch: int = 0
    position: int = 0
    record_id: str = ""


class Found(Exception):  # noqa: N818 - it is what was looked for
    """Carries the first problem out of the walk."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Place(NamedTuple):
    """Where the walk is: one chain, the head verified so far, the batch in hand."""

    writer: bytes
    head: chain.Head
    seal: Seal

    def fail(
        self, fault: Fault, message: str, entry: StoredEntry | None = None, position: int = 0
    ) -> NoReturn:
        """End the walk here; raises `Found`."""
        raise Found(
            Problem(
                fault=fault,
                message=message,
                writer=self.writer.hex(),
                batch=self.seal.number,
                position=entry.position if entry else position,
                record_id=id_text(entry.record_id) if entry else "",
            )
        )
