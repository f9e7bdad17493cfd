from __future__ import annotations

import msgspec

from scanner.mail.model import Message
from tests.scanner.mail import letters


def test_a_message_can_be_written_and_read_again() -> None:
    message = letters.told(letters.constant_contact())
    assert msgspec.json.decode(msgspec.json.encode(message), type=Message) == message
