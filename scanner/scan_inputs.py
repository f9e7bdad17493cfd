"""What a scan is told in files and variables: a list of pages, and the login of a site that is not public."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from consent.model.errors import ConfigError

BASIC_AUTH_VARIABLE = "CONSENTRY_BASIC_AUTH"
_MAX_FILE = 16 * 1024**2

Header = tuple[str, str]
"""Name and value."""

_NAME = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
"""A header's name (RFC 9110, section 5.1: a token)."""
_VALUE = re.compile(r"^[\t\x20-\x7e\x80-\xff]*$")
_LOGIN = re.compile(r"(://)[^/?#\s]*@")
"""User and password of an address: a site's, or a database's."""
_NOT_OURS = frozenset({"connection", "content-length", "cookie", "host", "transfer-encoding", "upgrade"})
"""What the browser's network stack writes itself; cookies come with a storage state."""


def header_of(text: str) -> Header:
    """Read ``NAME: VALUE``; raises `ConfigError`, which never repeats the value."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _NAME.match(name) or not _VALUE.match(value):
        raise ConfigError(
            f"header{f' {name[:40]!r}' if colon else ''}: expected NAME: VALUE on one line.",
            hint='Example: --header "X-Staging: yes"',
        )
    if name.lower() in _NOT_OURS:
        raise ConfigError(
            f"header {name}: it is written by the browser itself.",
            hint="Cookies come with --storage-state.",
        )
    return name, value


def basic_auth(text: str, source: str) -> Header:
    """Return the header for ``USER:PASSWORD`` (RFC 7617); raises `ConfigError`, which never repeats them."""
    credentials = text.strip("\r\n")
    if ":" not in credentials.strip(":") or not credentials.isprintable():
        raise ConfigError(f"{source}: expected USER:PASSWORD on one line.")
    return "Authorization", f"Basic {base64.b64encode(credentials.encode()).decode()}"


def seeds_of(path: Path, start_url: str) -> tuple[str, ...]:
    """Read one address a line, whole or as a path from the site's root; empty lines and those after # are left out."""
    from scanner.frontier import canonical  # noqa: PLC0415 - needs the extra [scan]

    seeds: dict[str, None] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        url = canonical(address, start_url if address.startswith("/") else "")
        if url is None:
            raise ConfigError(
                f"{path}, line {number}: {address[:100]!r} is no page.",
                hint="Write one address a line, such as https://www.shop.example/sale or /sale.",
            )
        seeds[url] = None
    return tuple(seeds)


def headers_of(
    lines: Sequence[str], login_file: Path | None, environment: Mapping[str, str]
) -> tuple[Header, ...]:
    """Return the headers for the site: each ``NAME: VALUE``, or those that ``@FILE`` holds, and the login.

    The login stands in ``login_file``, else in the variable CONSENTRY_BASIC_AUTH. Raises `ConfigError`.
    """
    headers: list[Header] = []
    for line in lines:
        if line.startswith("@"):
            inner = _text(Path(line[1:])).splitlines()
            headers += [header_of(one) for one in inner if one.strip() and not one.startswith("#")]
        else:
            headers.append(header_of(line))
    if login_file is not None:
        headers.append(basic_auth(_text(login_file), str(login_file)))
    elif login := environment.get(BASIC_AUTH_VARIABLE):
        headers.append(basic_auth(login, BASIC_AUTH_VARIABLE))
    return tuple(headers)


def without_secrets(arguments: Sequence[str]) -> list[str]:
    """Return a command line as a report may repeat it: of a header only its name, of an address no login."""
    told: list[str] = []
    is_header = False
    for argument in arguments:
        if is_header:
            told.append(_name_only(argument))
        elif argument.startswith("--header="):
            told.append(f"--header={_name_only(argument.removeprefix('--header='))}")
        else:
            told.append(_LOGIN.sub(r"\1…@", argument))
        is_header = argument == "--header"
    return told


def _name_only(header: str) -> str:
    return header if header.startswith("@") else f"{header.partition(':')[0]}: …"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_FILE:
            raise ConfigError(f"{path}: larger than {_MAX_FILE} bytes.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{path}: cannot be read: {told}.", hint="Give another file.") from error
