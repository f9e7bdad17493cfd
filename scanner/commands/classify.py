"""`consentry classify FILE.csv`: a list of cookies in, the same list with category, vendor and reason out.

Rows stream through; memory does not grow with the file.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast, get_args

import click
import msgspec

from consent.model.errors import ConfigError
from consent.model.inventory import StorageKind
from scanner.classify import Classifier, ItemFacts
from scanner.knowledge import Knowledge
from scanner.knowledge.local import LocalKnowledge
from scanner.reports.csv_report import NOTE

ADDED = ("category", "vendor", "service", "confidence", "reason")
NEEDED = ("name", "host")
KINDS: tuple[str, ...] = get_args(StorageKind)
_MEMO_SIZE = 65_536
_LONGEST_FIELD = 1024 * 1024

Row = list[str]
Judge = Callable[[Row, int], tuple[str, ...]]


@click.command(name="classify")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of standard output."
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line instead of CSV.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="What is less sure than this stays unclassified.",
)
@click.option(
    "--no-statistics", is_flag=True, help="Leave out the statistical estimate for names that no rule knows."
)
@click.option("--site", default="", help="The visited site's host, for rows without a site column.")
def command(
    *, file: str, out: Path | None, as_json: bool, threshold: float, no_statistics: bool, site: str
) -> None:
    """Say what each cookie of a CSV list is for.

    The first line of FILE names the columns: name and host are needed; value, kind and site are used where they are
    there; all others are kept. A dash reads standard input. Added are category, vendor, service, confidence, reason.
    """
    classifier = Classifier(
        Knowledge.load(),
        site_host=site,
        threshold=threshold,
        statistics=not no_statistics,
        local=LocalKnowledge.load(),
    )
    with _opened(file) as source, _target(out) as target:
        try:
            _classify(source, target, classifier, file, as_json=as_json)
        except BrokenPipeError:
            # The reader had enough (`| head`); nobody is left to be told.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    # Bytes that are no UTF-8 pass as surrogates, so that the row which holds them can be named.
    try:
        raw = cast("BinaryIO", sys.stdin.buffer) if file == "-" else Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read: {error.strerror}.", hint="Give the path of a CSV file."
        ) from error
    with raw, io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        yield text


@contextlib.contextmanager
def _target(out: Path | None) -> Iterator[TextIO]:
    """Give what to write to; a file appears only when it is complete."""
    if out is None:
        text = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
        try:
            yield text
            text.flush()
        finally:
            with contextlib.suppress(OSError, ValueError):
                text.detach()
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as error:
        raise ConfigError(
            f"{out}: cannot be written: {error.strerror}.", hint="Give a path in a folder that exists."
        ) from error
    part = Path(name)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as text:  # noqa: PTH123 - the handle is open already
            yield text
        part.chmod(0o666 & ~_umask())
        part.replace(out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _classify(source: TextIO, target: TextIO, classifier: Classifier, file: str, *, as_json: bool) -> None:
    first = source.readline(_LONGEST_FIELD)
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST_FIELD)
    header = next(csv.reader([first], delimiter=delimiter), [])
    columns = [column.strip().lower() for column in header]
    _check_header(columns, file)
    judge = _judge(classifier, columns, file)
    shown = [
        f"given_{column}" if column in ADDED else name for column, name in zip(columns, header, strict=True)
    ]
    rows = csv.reader(source, delimiter=delimiter)
    width = len(header)
    encoder = msgspec.json.Encoder()
    keys = [*shown, *ADDED]
    row: Row = header
    line = 1
    try:
        if as_json:
            write = target.write
        else:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(keys)
        for row in rows:
            line = rows.line_num + 1
            if len(row) != width:
                if not row:
                    continue
                if len(row) > width:
                    raise ConfigError(
                        f"{file}: line {line} has {len(row)} columns, the first line has {width}.",
                        hint="Put a field that holds the delimiter in double quotes.",
                    )
                row.extend([""] * (width - len(row)))
            added = judge(row, line)
            if as_json:
                found = dict(zip(keys, [*row, *added], strict=True))
                write(encoder.encode(found | {"confidence": float(added[3])}).decode() + "\n")
            else:
                row.extend(added)
                writer.writerow(row)
    except csv.Error as error:
        raise ConfigError(f"{file}: line {rows.line_num + 1}: is no CSV: {error}.") from error
    except UnicodeError as error:
        column = next(
            (name for name, cell in zip(header, row, strict=False) if not _is_text(cell)), header[0]
        )
        raise ConfigError(
            f"{file}: line {line}, column {column!r}: is not UTF-8.", hint="Save the file as CSV in UTF-8."
        ) from error


def _host(cell: str) -> str:
    """Read a host, a cookie's domain with its dot, or an address."""
    return cell.strip().lower().rpartition("://")[2].partition("/")[0].lstrip(".")


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeError:
        return False
    return True


def _check_header(columns: Row, file: str) -> None:
    for needed in NEEDED:
        if needed not in columns:
            raise ConfigError(
                f"{file}: line 1: there is no column {needed!r}; it has {', '.join(map(repr, columns)) or 'nothing'}.",
                hint="The first line names the columns: name,host[,value,kind,site].",
            )
    for column in columns:
        if columns.count(column) > 1:
            raise ConfigError(
                f"{file}: line 1: the column {column!r} is there twice.", hint="Rename one of them."
            )


def _judge(classifier: Classifier, columns: Row, file: str) -> Judge:
    """Return the function that gives a row's added cells; equal rows without a value are answered from memory."""

    def place(column: str) -> int | None:
        return columns.index(column) if column in columns else None

    name_at, host_at = columns.index("name"), columns.index("host")
    value_at, kind_at, site_at = place("value"), place("kind"), place("site")
    memo: dict[tuple[str, str, str, str, str], tuple[str, ...]] = {}

    def judge(row: Row, line: int) -> tuple[str, ...]:
        key = (
            row[name_at],
            row[host_at],
            row[site_at] if site_at is not None else "",
            row[kind_at] if kind_at is not None else "",
            row[value_at] if value_at is not None else "",
        )
        known = memo.get(key)
        if known is not None:
            return known
        name, host, site, kind, value = key
        kind = kind.strip().lower() or "cookie"
        if kind == NOTE:  # a report of ours: these rows tell of the scan, and name nothing
            return "", "", "", "0.00", ""
        if kind not in KINDS:
            raise ConfigError(
                f"{file}: line {line}, column 'kind': {kind!r} is none of {', '.join(KINDS)}.",
                hint="Leave it empty for a cookie.",
            )
        found = classifier.item(
            ItemFacts(
                kind=cast("StorageKind", kind),
                name=name,
                host=_host(host),
                value=value,
                site=_host(site),
            )
        )
        added = (found.category.value, found.vendor, found.service, f"{found.confidence:.2f}", found.reason)
        if len(memo) >= _MEMO_SIZE:
            memo.clear()
        memo[key] = added
        return added

    return judge
