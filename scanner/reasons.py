"""Why a page could not be loaded, in plain words, from what Chromium calls it."""

from __future__ import annotations

import re

_REASONS = (
    (r"ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED", "the host name is unknown (no DNS answer)"),
    (r"ERR_CONNECTION_REFUSED", "the connection was refused"),
    (r"ERR_CONNECTION_TIMED_OUT|ERR_TIMED_OUT", "the connection timed out"),
    (r"ERR_ADDRESS_UNREACHABLE|ERR_NETWORK_CHANGED|ERR_INTERNET_DISCONNECTED", "the host cannot be reached"),
    (r"ERR_CONNECTION_(RESET|CLOSED|ABORTED)|ERR_EMPTY_RESPONSE", "the server closed the connection without an answer"),
    (r"ERR_CERT_|ERR_SSL_|ERR_BAD_SSL", "the TLS certificate or connection is not valid"),
    (r"ERR_TOO_MANY_REDIRECTS", "endless redirects"),
    (r"ERR_BLOCKED_BY_RESPONSE|ERR_INVALID_RESPONSE|ERR_INVALID_HTTP_RESPONSE|ERR_HTTP2_|ERR_QUIC_", "the answer is no valid HTTP"),
    (r"ERR_UNSAFE_REDIRECT|ERR_DISALLOWED_URL_SCHEME|ERR_UNKNOWN_URL_SCHEME", "it redirects to an address that no page may open (a file, data, a browser page)"),
    (r"ERR_UNSAFE_PORT", "the browser refuses this port as unsafe"),
)  # fmt: skip


def plain_reason(text: str) -> str:
    """Return why a navigation failed in plain words."""
    for pattern, told in _REASONS:
        if re.search(pattern, text):
            return told
    lines = text.strip().splitlines() or ["the navigation failed"]
    return lines[0].removeprefix("Page.goto: ")[:200]


def code_of(text: str) -> str:
    """Return Chromium's name of the error, such as ``ERR_NAME_NOT_RESOLVED``; empty where the text has none."""
    code = re.search(r"net::(ERR_[A-Z0-9_]+)", text)
    return code[1] if code else ""
