from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError, IntegrityError, StoreUnavailable
from consent.timestamps import checked_timestamp, request_timestamp, token_path, verify_timestamp
from tests.consent.authority import Authority, certificates, needs_openssl


@needs_openssl
def test_a_timestamp_is_over_these_bytes_and_no_others(authority: Authority) -> None:
    token = request_timestamp(b"an anchor", url=authority.url)
    time = verify_timestamp(b"an anchor", token, roots=authority.roots, name="a.tsr")
    assert time.startswith("20")
    with pytest.raises(IntegrityError, match=r"a\.tsr: is no valid timestamp"):
        verify_timestamp(b"another anchor", token, roots=authority.roots, name="a.tsr")


@needs_openssl
def test_a_timestamp_of_an_authority_that_nobody_trusts_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    token = request_timestamp(b"an anchor", url=authority.url)
    certificates(tmp_path)
    with pytest.raises(IntegrityError):
        verify_timestamp(b"an anchor", token, roots=(tmp_path / "ca.pem").read_bytes(), name="a.tsr")
    with pytest.raises(ConfigError, match="no PEM"):
        verify_timestamp(b"an anchor", token, roots=b"x", name="a.tsr")


@needs_openssl
def test_an_answer_that_is_no_timestamp_is_told(authority: Authority) -> None:
    with pytest.raises(ConfigError, match="no timestamp response"):
        request_timestamp(b"an anchor", url=f"{authority.url}broken")


def test_an_authority_that_does_not_answer_is_told() -> None:
    with pytest.raises(StoreUnavailable, match="did not answer"):
        request_timestamp(b"an anchor", url="http://127.0.0.1:1/")
    with pytest.raises(ConfigError, match=r"expected the http\(s\) address"):
        request_timestamp(b"an anchor", url="file:///etc/hostname")


def test_the_timestamp_lies_beside_its_anchor() -> None:
    assert token_path(Path("kept/june.json")) == Path("kept/june.json.tsr")


def test_a_timestamp_that_cannot_be_checked_says_so_and_one_that_is_not_there_says_nothing(
    tmp_path: Path,
) -> None:
    anchor = tmp_path / "june.json"
    anchor.write_text("{}", encoding="utf-8")
    assert checked_timestamp(anchor, None) == ""
    token_path(anchor).write_bytes(b"x")
    assert "was not checked" in checked_timestamp(anchor, None)
    with pytest.raises(ConfigError, match="cannot be read"):
        checked_timestamp(anchor, tmp_path / "none.pem")
