"""A trusted timestamp over an anchor (RFC 3161): an authority's signature that the anchor existed at a time.

With it nobody has to be believed about when an anchor was made, not even whoever kept it. The token lies beside the anchor,
under its name with ``.tsr`` added, and only the anchor's SHA-256 leaves the machine. Needs the extra [timestamps].
"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from consent.model.errors import ConfigError, IntegrityError, StoreUnavailable

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

TIMEOUT_S = 20.0
_LARGEST = 1 << 20
EXTRA = "pip install 'consentry[timestamps]'"


def token_path(anchor: Path) -> Path:
    """Return where an anchor's timestamp lies."""
    return anchor.with_name(f"{anchor.name}.tsr")


def request_timestamp(content: bytes, *, url: str) -> bytes:
    """Ask an authority for a timestamp over ``content``; returns its answer as it came (DER).

    Raises `ConfigError` where the URL or the answer cannot be used, `StoreUnavailable` where the authority does not answer.
    """
    try:
        from rfc3161_client import TimestampRequestBuilder  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ConfigError("A timestamp needs rfc3161-client, which is not installed.", hint=EXTRA) from error
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"{url}: expected the http(s) address of a timestamping authority (RFC 3161).")
    query = TimestampRequestBuilder().data(content).nonce(nonce=True).cert_request(cert_request=True).build()
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url, query.as_bytes(), {"Content-Type": "application/timestamp-query"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
            token: bytes = answer.read(_LARGEST + 1)
    except (urllib.error.URLError, OSError) as error:
        raise StoreUnavailable(f"{url}: the timestamping authority did not answer: {error}.") from error
    response = _decoded(token, url)
    if response.status not in {0, 1}:  # granted, granted with modifications
        raise ConfigError(f"{url}: the authority refused, with status {response.status}.")
    if response.tst_info.nonce != query.nonce:
        raise ConfigError(f"{url}: the authority answered another request.")
    return token


def verify_timestamp(content: bytes, token: bytes, *, roots: bytes, name: str) -> str:
    """Return the time (RFC 3339) at which ``content`` was timestamped, as one of ``roots`` (PEM) vouches.

    Raises `IntegrityError` where the token is over something else or its signature does not lead to a root.
    """
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - an extra
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    response = _decoded(token, name)
    try:
        certificates = load_pem_x509_certificates(roots)
    except ValueError as error:
        raise ConfigError(f"The timestamping authority's certificates are no PEM: {error}.") from error
    builder = VerifierBuilder()
    for certificate in certificates:
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(response, content)
    except VerificationError as error:
        raise IntegrityError(
            f"{name}: is no valid timestamp of this anchor: {error}.",
            hint="Keep both files, and compare them with copies: one of them was changed.",
        ) from error
    return response.tst_info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")


def checked_timestamp(anchor: Path, roots: Path | None) -> str:
    """Check the timestamp that lies beside an anchor; returns a sentence, empty where there is none.

    Raises what `verify_timestamp` raises, and `ConfigError` where a file cannot be read.
    """
    place = token_path(anchor)
    if not place.exists():
        return ""
    if roots is None:
        return f"{place} was not checked: give the authority's certificates with --tsa-roots."
    try:
        content, token, pem = anchor.read_bytes(), place.read_bytes(), roots.read_bytes()
    except OSError as error:
        raise ConfigError(f"{error.filename}: cannot be read: {error.strerror}.") from error
    time = verify_timestamp(content, token, roots=pem, name=str(place))
    return f"The anchor existed at {time}, says its timestamp."


def _decoded(token: bytes, name: str) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - an extra

    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise ConfigError(f"{name}: is no timestamp response (RFC 3161): {error}.") from error
