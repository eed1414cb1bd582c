"""The digest of a client's public metadata."""

from datetime import UTC, datetime
from hashlib import sha256

from clients.model import Client, ClientId, ClientSecret
from clients.public_digest import public_digest, public_metadata
from records.structs import replace

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CLIENT = Client(
    client_id=ClientId("cong-tinh"),
    client_name={"": "Cổng tỉnh", "en": "The portal"},
    redirect_uris=("https://dichvucong.tinh.gov.vn/callback",),
    contacts=("binh@tinh.gov.vn",),
    id_token_signed_response_alg="RS256",
    created_at=NOW,
    updated_at=NOW,
)
DIGEST_OF_BEFORE = "sha256:582b38e414db158637178d2f4f890241ebfd34c013fc39ece7ba95b8102cc91a"


def test_people_and_secrets_are_no_part_of_it() -> None:
    other = replace(
        CLIENT, contacts=("an@tinh.gov.vn",), secrets=(ClientSecret(b"x" * 32, NOW),), version=7, disabled_at=NOW
    )
    assert public_digest(other) == public_digest(CLIENT)
    assert "contacts" not in public_metadata(CLIENT)


def test_everything_else_changes_it() -> None:
    changed = (
        replace(CLIENT, client_name={"": "Cổng xã"}),
        replace(CLIENT, redirect_uris=()),
        replace(CLIENT, scope=("openid", "phone")),
        replace(CLIENT, agency="H55"),
    )
    assert len({public_digest(one) for one in (CLIENT, *changed)}) == 5


def test_whose_officers_it_takes_changes_it_and_naming_none_says_nothing() -> None:
    desk = replace(CLIENT, account_kinds=("officer",))
    assert "officer_agencies" not in public_metadata(desk)
    assert public_digest(replace(desk, officer_agencies=("H26",))) != public_digest(desk)


def test_a_member_that_came_later_changes_no_digest_until_it_is_used() -> None:
    # Written down before the member was there.
    assert public_digest(CLIENT) == DIGEST_OF_BEFORE
    assert public_digest(replace(CLIENT, authorization_signed_response_alg="RS256")) != DIGEST_OF_BEFORE


def test_rfc8785_3_2_it_is_that_of_the_json_in_one_spelling() -> None:
    text = b'{"a":1,"b":["\xe1\xbb\x95"]}'
    digest = public_digest(CLIENT)
    assert digest.startswith("sha256:")
    assert len(digest) == len(f"sha256:{sha256(text).hexdigest()}")
    reordered = replace(CLIENT, client_name={"en": "The portal", "": "Cổng tỉnh"})
    assert public_digest(reordered) == digest


def test_the_sector_is_part_of_it() -> None:
    """Nothing else of a client says whose subjects it gets."""
    assert public_digest(replace(CLIENT, sector_identifier="moj.gov.vn")) != public_digest(CLIENT)
