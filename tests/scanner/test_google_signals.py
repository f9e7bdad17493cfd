from __future__ import annotations

import pytest

from scanner.google_signals import decode

HIT = "https://www.google-analytics.com/g/collect?v=2"


def test_both_signals_are_decoded() -> None:
    signal = decode(f"{HIT}&gcs=G101&gcd=13p3r3q3l5")
    assert signal["now"] == {"ad_storage": "denied", "analytics_storage": "granted"}
    assert signal["history"] == {
        "ad_storage": "denied by default",
        "analytics_storage": "denied by default, granted by update",
        "ad_user_data": "denied by default and by update",
        "ad_personalization": "not set",
    }


@pytest.mark.parametrize("url", [HIT, f"{HIT}&gcs=X&gcd=", f"{HIT}&gcs=G1", "https://[x/?gcs=G111"])
def test_what_is_no_signal_decodes_to_nothing(url: str) -> None:
    assert decode(url) == {}


def test_what_goes_with_them_is_told_in_words_and_alone_is_no_signal() -> None:
    signal = decode(f"{HIT}&gcs=G100&npa=1&dma=1&dma_cps=syphamo&pscdl=noapi")
    assert signal["further"] == {
        "npa": "no personalised advertising",
        "dma": "the DMA applies",
        "dma_cps": "syphamo",
        "pscdl": "noapi",
    }
    assert decode(f"{HIT}&npa=1") == {}
