"""Read an IAB Europe TC string (TCF v2.0 to v2.3), as far as a report shows it. Never written: only a CMP may do that.

The layout is that of the IAB's "Transparency and Consent String with Global Vendor & CMP List Formats". The libraries on
PyPI raise what the input makes them raise and call functions that newer Pythons warn of; what is read here was written by
a hostile page.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt

import msgspec

MAX_LENGTH = 20_000
_DISCLOSED, _PUBLISHER = 1, 3
_TCF_2_2 = 4
"""The policy version of TCF 2.2; 2.3 has 5."""


class TcString(msgspec.Struct, frozen=True, kw_only=True):
    """What one string says. Purposes and features are their numbers; vendors are counted.

    ``disclosed`` is None where the string has no segment of disclosed vendors, which TCF 2.3 requires. ``faults`` are what
    the format or the policies do not allow, in words.
    """

    created: str
    updated: str
    cmp_id: int
    cmp_version: int
    language: str
    vendor_list: int
    policy: int
    service_specific: bool
    purposes: tuple[int, ...]
    interests: tuple[int, ...]
    features: tuple[int, ...]
    vendors: int
    interest_vendors: int
    disclosed: int | None = None
    publisher_country: str = ""
    has_publisher_segment: bool = False
    faults: tuple[str, ...] = ()


class _Bits:
    """Reads bits from the left; asking for more than there are is a `ValueError`."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def number(self, size: int) -> int:
        if size > self._left:
            raise ValueError("the string ends too early")
        self._left -= size
        return (self._value >> self._left) & ((1 << size) - 1)

    def places(self, size: int) -> tuple[int, ...]:
        bits = self.number(size)
        return tuple(place for place in range(1, size + 1) if bits >> (size - place) & 1)

    def letters(self) -> str:
        return "".join(chr(ord("A") + self.number(6)) for _ in range(2))

    def day(self) -> str:
        try:
            moment = dt.datetime.fromtimestamp(self.number(36) / 10, dt.UTC)
        except (OverflowError, OSError) as error:
            raise ValueError("its time is none") from error
        return moment.date().isoformat()

    def vendors(self) -> int:
        """Read a vendor section and return how many vendors it names."""
        largest = self.number(16)
        if not self.number(1):
            return self.number(largest).bit_count() if largest else 0
        count = 0
        for _ in range(self.number(12)):
            is_range = self.number(1)
            first = self.number(16)
            last = self.number(16) if is_range else first
            if not first <= last <= largest:
                raise ValueError("a range of vendors is out of order")
            count += last - first + 1
        return min(count, largest)


def decode(text: str) -> TcString:
    """Decode a TC string; raises `ValueError` that says in words why it is none."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"it is longer than {MAX_LENGTH:,} characters")
    core, *rest = text.strip().split(".")
    bits = _Bits(_bytes(core))
    version = bits.number(6)
    if version != 2:
        raise ValueError(f"it is of version {version}, not 2")
    created, updated = bits.day(), bits.day()
    cmp_id, cmp_version, _screen = bits.number(12), bits.number(12), bits.number(6)
    language, vendor_list, policy = bits.letters(), bits.number(12), bits.number(6)
    service_specific, _texts = bool(bits.number(1)), bits.number(1)
    features, purposes, interests = bits.places(12), bits.places(24), bits.places(24)
    bits.number(1)
    country = bits.letters()
    vendors, interest_vendors = bits.vendors(), bits.vendors()
    disclosed, publisher = _segments(rest)
    faults = []
    if not service_specific:
        faults.append("it claims to hold for other sites too")
    consent_only = {1, 3, 4, 5, 6} if policy >= _TCF_2_2 else {1}
    if created != updated and policy >= _TCF_2_2:
        faults.append("its two dates differ")
    if wrong := sorted(consent_only & set(interests)):
        faults.append(
            f"it bases purposes on legitimate interest that need consent: {', '.join(map(str, wrong))}"
        )
    if disclosed is None:
        faults.append("it has no segment of disclosed vendors, which TCF 2.3 requires")
    return TcString(
        created=created,
        updated=updated,
        cmp_id=cmp_id,
        cmp_version=cmp_version,
        language=language,
        vendor_list=vendor_list,
        policy=policy,
        service_specific=service_specific,
        purposes=purposes,
        interests=interests,
        features=features,
        vendors=vendors,
        interest_vendors=interest_vendors,
        disclosed=disclosed,
        publisher_country=country,
        has_publisher_segment=publisher,
        faults=tuple(faults),
    )


def _segments(segments: list[str]) -> tuple[int | None, bool]:
    disclosed: int | None = None
    publisher = False
    for segment in segments[:4]:
        bits = _Bits(_bytes(segment))
        kind = bits.number(3)
        if kind == _DISCLOSED:
            disclosed = bits.vendors()
        elif kind == _PUBLISHER:
            publisher = True
    return disclosed, publisher


def _bytes(segment: str) -> bytes:
    try:
        return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("it is no base64url text") from error
