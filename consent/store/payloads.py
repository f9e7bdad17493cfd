"""How a payload lies on the disk: as it is, or compressed with a dictionary of what every record says.

A record of 940 bytes becomes about 200, which is worth more than its 2 microseconds: fewer pages are written, hashed and
kept. The first byte tells the form, so that a new dictionary or another form can join without touching what is stored.
Commitments are over the payload itself, so the form may change without breaking a seal.
"""

from __future__ import annotations

import zstandard

_WITH_DICTIONARY_1 = b"\x01"
_USUAL = 4096
_LIMIT = 1 << 20
"""The form does not tell how long a payload is, so a buffer is made first. One for the longest would take eight times as long to
make as the usual payload takes to unpack."""

# Never to be changed: records stored with it could not be read again. A better one gets another first byte. The most
# frequent wordings stand last, where a match costs least.
_DICTIONARY_1 = (
    b'"not_removed":["previous_record_id":"en-GB"de","fr","es","it","nl","pl"iPhone; iOS; phone"Safari 18; macOS; desktop"'
    b'Firefox 133; Linux; "Edge 131; tablet""notice_shown","none","none""opt_out_signal","gpc""changed","save","preferences"'
    b'"withdrawn","withdraw""refused","reject_all""placeholder""declaration""renewed""partial""client_time_clamped":true'
    b'"granted","denied","not_asked"{"record_id":"01930000-0000-7000-8000-000000000000","schema_version":"consentry/1",'
    b'"consent_id":"","event_id":"","site":"","event":"given","action":"accept_all","surface":"banner","categories":'
    b'{"advertising":"denied","functionality":"denied","necessary":"granted","performance":"denied"},'
    b'{"advertising":"granted","functionality":"granted","necessary":"granted","performance":"granted"},'
    b'"valid_until":"2027-05-23T00:00:00.000Z","notice_version":"","notice_sha256":"","widget_version":"","scan_id":"",'
    b'"language":"en","jurisdiction":"EU","gpc_header":true,"gpc_js":true,"gpc_honoured":true,'
    b'"gpc_header":false,"gpc_js":null,"gpc_header":false,"gpc_js":false,"gpc_honoured":false,"page":"https://www.",'
    b'"user_agent":"Chrome 131; Windows; desktop","server_time":"2026-11-24T00:00:00.000Z",'
    b'"client_time":"2026-11-24T00:00:00.000Z","client_time_clamped":false,"client_time_sent":null,"not_removed":[],'
    b'"previous_record_id":null}'
)

_WITH_DICTIONARY_2 = b"\x02"
_DICTIONARY_2 = _DICTIONARY_1.replace(b"consentry/1", b"consentry/2")[:-1] + (
    b',"tc_string":"CP","gpp_string":"DBABMA~","external_id_hash":"","policy_version":"","policy_sha256":"","variant":"",'
    b'"geo_rule":"","country":"DE","bot":true,"shown_share":0.1'
    b'"prompt_reason":"notice_changed","expired","user","signals_sent":["google","uet","clarity","meta","tiktok","hubspot"],'
    b'"matomo","wordpress"],"client_time":"2026-11-24T00:00:00.000Z","client_time_clamped":false,"client_time_sent":null,'
    b'"not_removed":[],"previous_record_id":null,"prompt_reason":"first","ms_since_shown":1000,"signals_sent":["google"]}'
)
"""Of the records of schema 2. What stands last is what most of them end with."""


class PayloadCodec:
    """Packs and unpacks payloads; not to be shared between threads."""

    def __init__(self) -> None:
        first, second = (
            zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
            for content in (_DICTIONARY_1, _DICTIONARY_2)
        )
        parameters = zstandard.ZstdCompressionParameters.from_level(
            -1,
            format=zstandard.FORMAT_ZSTD1_MAGICLESS,
            write_content_size=False,
            write_checksum=False,
            write_dict_id=False,
        )
        self._compress = zstandard.ZstdCompressor(dict_data=second, compression_params=parameters).compress
        self._decompress = {
            form[0]: zstandard.ZstdDecompressor(
                dict_data=dictionary, format=zstandard.FORMAT_ZSTD1_MAGICLESS
            ).decompress
            for form, dictionary in ((_WITH_DICTIONARY_1, first), (_WITH_DICTIONARY_2, second))
        }

    def pack(self, payload: bytes) -> bytes:
        """Return the form to store."""
        return _WITH_DICTIONARY_2 + self._compress(payload)

    def unpack(self, stored: bytes) -> bytes:
        """Return the payload. Bytes that are no stored form come back as they are: they match no commitment."""
        if not isinstance(stored, bytes) or not stored or stored[0] not in self._decompress:
            return stored
        decompress, packed = self._decompress[stored[0]], stored[1:]
        for room in (_USUAL, _LIMIT):
            try:
                payload: bytes = decompress(packed, max_output_size=room)
            except zstandard.ZstdError:
                continue
            return payload
        return stored
