from __future__ import annotations

from pathlib import Path

import pytest

from consent.anchors import current_anchors, encode_anchors, read_anchors
from consent.model.errors import ConfigError
from consent.store import chain
from tests.consent.factories import fill, opened_log


async def test_an_anchor_is_the_head_of_the_chain_and_survives_its_file(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        [writer] = await log.store.writers()
        empty = await current_anchors(log.store)
        assert (empty.chains[0].batch, empty.chains[0].seal) == (0, chain.genesis(writer).hash.hex())
        await fill(log, version, 3)
        anchors = await current_anchors(log.store)
        seal = await log.store.last_seal(writer)
    assert seal is not None
    [anchor] = anchors.chains
    assert (anchor.writer, anchor.batch, anchor.position, anchor.seal) == (
        writer.hex(),
        3,
        3,
        seal.hash.hex(),
    )
    file = tmp_path / "anchor.json"
    file.write_bytes(encode_anchors(anchors))
    assert read_anchors(file) == anchors


@pytest.mark.parametrize("content", [b"", b"{}", b'{"schema_version":"other/1","exported":"","chains":[]}'])
def test_a_file_that_is_no_anchor_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "anchor.json"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"anchor\.json: is not an anchor"):
        read_anchors(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json: cannot be read.*--write-anchor FILE"):
        read_anchors(tmp_path / "none.json")
