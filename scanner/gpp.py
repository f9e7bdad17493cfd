"""Read an IAB Global Privacy Platform string: which sections it has, and what those of the United States say.

The layout is that of the IAB Tech Lab's "Global Privacy Platform String" and of the section specifications beside it. No
maintained library on PyPI reads it. A section that is not read here is told by its name, never guessed; the European one
is a TC string (`scanner.tcf`). What is read was written by a hostile page.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from scanner import tcf

MAX_LENGTH = 8_000
MAX_SECTIONS = 60
_HEADER = 3
_GPC_SEGMENT = 1

SECTIONS = {2: "tcfeuv2", 5: "tcfcav1", 6: "uspv1", 7: "usnat", 8: "usca", 9: "usva", 10: "usco", 11: "usut", 12: "usct",
            13: "usfl", 14: "usmt", 15: "usor", 16: "ustx", 17: "usde", 18: "usia", 19: "usne", 20: "usnh", 21: "usnj",
            22: "ustn"}  # fmt: skip
"""Section ids and their prefixes in the client-side interface."""

_STATE = ("sharing_notice", "sale_notice", "targeted_advertising_notice", "sale", "targeted_advertising")
_FIELDS = {
    "usnat": ("sharing_notice", "sale_notice", "sharing_opt_out_notice", "targeted_advertising_notice",
              "sensitive_data_notice", "limit_use_notice", "sale", "sharing", "targeted_advertising"),
    "usca": ("sale_notice", "sharing_opt_out_notice", "limit_use_notice", "sale", "sharing"),
    "usva": _STATE,
    "usco": _STATE,
    "usct": _STATE,
    "usut": ("sharing_notice", "sale_notice", "targeted_advertising_notice", "sensitive_data_notice", "sale",
             "targeted_advertising"),
}  # fmt: skip
"""The two-bit fields that a section begins with, after its version of six bits."""

CHOICES = ("sale", "sharing", "targeted_advertising")
OPTED_OUT, NOT_OPTED_OUT = "opted out", "did not opt out"
_CHOICE_WORDS = {0: "not applicable", 1: OPTED_OUT, 2: NOT_OPTED_OUT}
_NOTICE_WORDS = {0: "not applicable", 1: "notice given", 2: "no notice given"}


class _Bits:
    """Reads bits from the left; asking for more than there are is a `ValueError`."""

    def __init__(self, text: str) -> None:
        try:
            # Sections are padded to six bits, not to bytes: what base64 lacks is filled up with zeros.
            data = base64.b64decode(text + "A" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("it is no base64url text") from error
        self._bits = "".join(f"{byte:08b}" for byte in data)[: len(text) * 6]
        self._at = 0

    def number(self, size: int) -> int:
        taken = self._bits[self._at : self._at + size]
        if len(taken) < size:
            raise ValueError("the string ends too early")
        self._at += size
        return int(taken, 2)

    def fibonacci(self) -> int:
        """Read one number of a Fibonacci code: the bits stand for 1, 2, 3, 5 … and end with two ones."""
        total, one, other, last = 0, 1, 2, 0
        for _ in range(24):
            bit = self.number(1)
            if bit and last:
                return total
            total += one * bit
            one, other, last = other, one + other, bit
        raise ValueError("a section id is too large")


def decode(text: str) -> dict[str, dict[str, Any]]:
    """Return what each section says, by its name; raises `ValueError` that says in words why it is no GPP string.

    Sections of the United States have ``version``, their choices and notices in words, and ``gpc`` where the string has
    that segment; ``tcfeuv2`` has the fields of a TC string; ``uspv1`` its text; any other an empty table.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"it is longer than {MAX_LENGTH:,} characters")
    header, *parts = text.strip().split("~")
    ids = _ids(_Bits(header))
    if len(ids) != len(parts):
        raise ValueError(f"its header names {len(ids)} sections, and {len(parts)} follow")
    return {
        SECTIONS.get(number, str(number)): _section(number, part)
        for number, part in zip(ids, parts, strict=True)
    }


def _ids(bits: _Bits) -> list[int]:
    if bits.number(6) != _HEADER:
        raise ValueError("it does not begin with a GPP header")
    if (version := bits.number(6)) != 1:
        raise ValueError(f"it is of version {version}, not 1")
    ids: list[int] = []
    for _ in range(bits.number(12)):
        is_range = bits.number(1)
        first = (ids[-1] if ids else 0) + bits.fibonacci()
        last = first + bits.fibonacci() if is_range else first
        if last - first + len(ids) >= MAX_SECTIONS:
            raise ValueError("it names too many sections")
        ids += range(first, last + 1)
    return ids


def _section(number: int, text: str) -> dict[str, Any]:
    name = SECTIONS.get(number, "")
    if name == "uspv1":
        return {"text": text[:20]}
    if name == "tcfeuv2":
        decoded: dict[str, Any] = msgspec.to_builtins(tcf.decode(text))
        return decoded
    if name not in _FIELDS:
        return {}
    core, *segments = text.split(".")
    bits = _Bits(core)
    found: dict[str, Any] = {"version": bits.number(6)}
    for field in _FIELDS[name]:
        words = _CHOICE_WORDS if field in CHOICES else _NOTICE_WORDS
        value = bits.number(2)
        found[field] = words.get(value, f"unknown ({value})")
    for segment in segments[:3]:
        more = _Bits(segment)
        if more.number(2) == _GPC_SEGMENT:
            found["gpc"] = bool(more.number(1))
    return found
