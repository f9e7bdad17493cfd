"""The one error tree. What a person did wrong is told with what was expected and what to do.

ConsentryError              exit code 3
├── ConfigError             exit code 2: a file, key or argument that cannot be used
├── RecordError             a consent event that cannot be accepted (HTTP 400)
│   └── ConflictError       its event_id was used for another event (HTTP 409)
├── HeldError               exit code 2: a legal hold keeps what was to be erased (HTTP 409)
├── NotFoundError           exit code 2: no such site, record or consent id (HTTP 404)
├── StoreError              the store failed (HTTP 503)
│   └── StoreUnavailable    full, locked or gone: try again later
├── IntegrityError          exit code 1: the consent log does not verify
└── ScanError               the scan could not be done
    ├── BrowserNotFound     no usable Chromium
    └── SelfTestFailed      the browser does not see what a visitor sees
"""

from __future__ import annotations


class ConsentryError(Exception):
    """An error that Consentry explains to its user.

    ``message`` says what is wrong, ``hint`` what to do about it (may be empty). Command-line programs print both and
    end with ``exit_code``; no traceback is shown.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(ConsentryError):
    """A configuration file, key or argument that cannot be used; names the file, the key and what was expected."""

    exit_code = 2


class RecordError(ConsentryError):
    """A consent event that cannot be accepted; ``field`` names the JSON path that is wrong."""

    def __init__(self, message: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class ConflictError(RecordError):
    """An event whose ``event_id`` the same visitor has already used for another decision."""


class NotFoundError(ConsentryError):
    """There is no such site, record, scan or consent id: an argument that names what is not there."""

    exit_code = 2


class HeldError(ConsentryError):
    """A legal hold keeps the records that were to be erased; nothing was erased."""

    exit_code = 2


class StoreError(ConsentryError):
    """The store failed; nothing of the request was stored."""


class StoreUnavailable(StoreError):  # noqa: N818 - the state is the name
    """The store is full, locked, overloaded or gone for now; the same request may succeed later."""


class IntegrityError(ConsentryError):
    """The consent log does not verify; the message names the first record that is wrong."""

    exit_code = 1


class ScanError(ConsentryError):
    """The scan could not be done at all; a page that failed is no error but part of the report."""


class BrowserNotFound(ScanError):  # noqa: N818 - the state is the name
    """No usable Chromium was found; the hint is the command that brings one."""


class SelfTestFailed(ScanError):  # noqa: N818 - the state is the name
    """The browser does not see what a visitor would see, so a scan with it would report too little."""
