"""The scan of a command in the database, beside those of the workers: `consentry scan --database URL SITE`."""

from __future__ import annotations

from pathlib import Path

from consent.audit import local_actor
from consent.model.scans import INVENTORY_JSON, REPORT_HTML, REPORT_JSON
from consent.model.sites import Site
from consent.store import Store
from scanner import reports
from scanner.decisions import with_store
from scanner.report import Report, encode_report
from scanner.reports import Beside
from scanner.worker.result import record_result


def record_report(url: str, report: Report, site: Site, out: Path) -> None:
    """Store a finished scan; ``out`` is its folder, with the inventory and the pictures of the banner.

    The reports are made anew, since the command may have been asked for other formats. Raises what `open_store` and the
    store raise; the database must be there.
    """
    files = {
        REPORT_JSON: encode_report(report),
        REPORT_HTML: reports.formats()["html"](report, Beside(screenshots=out / "screenshots")),
        INVENTORY_JSON: (out / INVENTORY_JSON).read_bytes(),
    }

    async def record(store: Store) -> None:
        await record_result(store, report, files, requested_by=local_actor(), keep=site.scan.keep)

    with_store(url, record, create=False)
