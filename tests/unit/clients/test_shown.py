"""What is shown of a client: everything but its secrets and their hashes."""

import msgspec
from msgspec.structs import fields

from clients.model import Client, ClientSecret
from clients.shown import client_document
from records.structs import replace
from tests.unit.clients.entries import NOW, client


def test_every_member_is_shown_and_no_hash() -> None:
    secret = ClientSecret(b"\x01" * 32, NOW)
    shown = client_document(replace(client(), secrets=(secret,), disabled_at=NOW))
    expected = {member.name for member in fields(Client)} - {"secrets"} | {"client_secrets", "public_digest"}
    assert {name.partition("#")[0] for name in shown} == expected
    assert shown["client_secrets"] == [{"created_at": NOW.isoformat(), "expires_at": None}]
    assert shown["disabled_at"] == NOW.isoformat()
    assert "hash" not in msgspec.json.encode(shown).decode()
