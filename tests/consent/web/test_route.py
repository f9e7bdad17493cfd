from __future__ import annotations

import pytest

from consent.web.route import canonical


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/healthz", "/healthz"),
        (r"/w/{site:[a-z0-9][a-z0-9-]*}.{hash:[0-9a-f]{16}}.js", "/w/{site}.{hash}.js"),
        ("/v1/consent/{consent_id}", "/v1/consent/{consent_id}"),
    ],
)
def test_the_patterns_of_parameters_are_left_out(path: str, plain: str) -> None:
    assert canonical(path) == plain
