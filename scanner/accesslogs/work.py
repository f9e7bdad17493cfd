"""Read a log once: count what it records, and write the anonymised copy beside it where one is asked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from consent.model.errors import ConfigError, ScanError
from scanner.accesslogs.addresses import Addresses, Way
from scanner.accesslogs.detect import layout_of
from scanner.accesslogs.layouts import Layout
from scanner.accesslogs.record import Agents, Record
from scanner.accesslogs.streams import STDIN, Copy, lines_of, opened
from scanner.accesslogs.summary import Summary, summary_of

SAMPLE = 200
"""Lines by which a format is known."""


def read_log(
    name: str,
    *,
    out: Path | None = None,
    format_name: str = "",
    way: Way = "truncate",
    agents: Agents = "reduce",
    key: bytes = b"",
) -> Summary:
    """Read the log ``name`` (``-`` for standard input) and return what it records; ``out`` is the copy, made whole or not at all.

    Lines that are not of the format are counted and left out of the copy, since nobody can say what is in them. Raises
    `ConfigError` and `ScanError`, after which there is no copy.
    """
    if out is not None and name != STDIN and out.resolve() == Path(name).resolve():
        raise ConfigError(
            f"{out}: is the log itself.",
            hint="Write the copy into another file, and check it before you delete the log.",
        )
    record = Record(Addresses(way, key), agents)
    counts = _Counts()
    with opened(name) as log:
        every = lines_of(log)
        sample = list(itertools.islice(every, SAMPLE))
        layout = layout_of([line for line in sample if line is not None], format_name)
        copy = Copy(out) if out is not None else None
        try:
            _pass(itertools.chain(sample, every), layout, record, counts, copy)
            if copy is not None:
                copy.finish()
        except BaseException as error:
            if copy is not None:
                copy.discard()
            if isinstance(error, OSError) and error.errno is not None:  # without a number: a broken gzip file
                raise ScanError(f"{out or name}: {error.strerror}.", hint="Nothing was written.") from error
            raise
    return summary_of(
        record,
        file="standard input" if name == STDIN else Path(name).name,
        format_name=layout.name,
        lines=counts.lines,
        unread=counts.unread,
        size=counts.size,
        out=str(out) if out is not None else "",
        way=way,
    )


@dataclass(slots=True)
class _Counts:
    lines: int = 0
    unread: int = 0
    size: int = 0


def _pass(
    every: Iterable[bytes | None], layout: Layout, record: Record, counts: _Counts, copy: Copy | None
) -> None:
    """Take each line in, and write what stands for it."""
    rewrite, change = layout.rewrite, record.change()
    for line in every:
        if not line:
            counts.unread += line is None
            continue
        counts.size += len(line) + 1
        changed = rewrite(line, change)
        if changed is None:
            counts.unread += 1
            continue
        counts.lines += 1
        if copy is not None:
            copy.write(changed + b"\n")
