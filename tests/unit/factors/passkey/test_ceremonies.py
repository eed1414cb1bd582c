"""What is accepted of an authenticator's answer, and what is not (WebAuthn Level 3, 7.1 and 7.2)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.webauthn.answers import ShownAnswer
from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.factors.passkey.errors import PasskeyRefusedError
from idp.factors.passkey.model import CreatedKey, KeyOwner, PasskeySite
from tests.support.passkey_device import BE, BS, UP, UV, PasskeyDevice, to_bytes, to_text

ISSUER = "https://signon.example/idp"
SITE = PasskeySite.of_issuer(ISSUER, "Đăng nhập một lần")
CEREMONIES = WebauthnCeremonies(SITE)
OWNER = KeyOwner(b"an-account", "•••••••••001", "Nguyễn Thị Hoà")
CHALLENGE = b"c" * 32
OTHER_CHALLENGE = b"d" * 32

WRONG = [
    ({"challenge": OTHER_CHALLENGE}, "not_verified"),
    ({"origin": "https://signon.example.evil"}, "origin"),
    ({"origin": "http://signon.example"}, "origin"),
    ({"origin": "https://signon.example:8443"}, "origin"),
    ({"rp_id": "example"}, "not_verified"),
    ({"flags": UP}, "not_verified"),
    ({"flags": UV}, "not_verified"),
    ({"flags": UP | UV | BS}, "not_verified"),
    ({"cross_origin": True}, "framed"),
]


def device(*, synced: bool = False, counts: bool = False) -> PasskeyDevice:
    return PasskeyDevice(SITE.origin, SITE.id, synced=synced, counts=counts)


def created(by: PasskeyDevice) -> CreatedKey:
    return CEREMONIES.read_created(by.create(creation_options()), CHALLENGE)


def creation_options() -> str:
    return CEREMONIES.creation_options(OWNER, CHALLENGE, [])


def request_options() -> str:
    return CEREMONIES.request_options(CHALLENGE, [])


def changed(answer: str, **response: object) -> str:
    """Return an answer with fields of its response replaced; None leaves one out."""
    read = msgspec.json.decode(answer, type=dict[str, object])
    inner = read["response"]
    assert isinstance(inner, dict)
    read["response"] = {name: value for name, value in (inner | response).items() if value is not None}
    return msgspec.json.encode(read).decode()


def test_webauthn_5_4_creation_asks_for_a_discoverable_verified_key_without_attestation() -> None:
    options = msgspec.json.decode(CEREMONIES.creation_options(OWNER, CHALLENGE, [b"known"]), type=dict[str, object])
    assert options["rp"] == {"name": "Đăng nhập một lần", "id": "signon.example"}
    assert options["user"] == {"id": to_text(OWNER.handle), "name": OWNER.name, "displayName": OWNER.display_name}
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["excludeCredentials"] == [{"id": to_text(b"known"), "type": "public-key"}]
    assert options["challenge"] == to_text(CHALLENGE)


def test_webauthn_5_5_a_request_names_nobody_and_requires_verification() -> None:
    options = msgspec.json.decode(request_options(), type=dict[str, object])
    assert (options["rpId"], options["userVerification"], options["allowCredentials"]) == (
        "signon.example",
        "required",
        [],
    )


def test_a_request_to_one_account_names_its_keys() -> None:
    options = msgspec.json.decode(CEREMONIES.request_options(CHALLENGE, [b"one", b"two"]), type=dict[str, object])
    assert options["allowCredentials"] == [{"id": to_text(key), "type": "public-key"} for key in (b"one", b"two")]


def test_webauthn_7_1_a_new_key_is_read() -> None:
    phone = device(synced=True)
    key = created(phone)
    assert key.credential_id == phone.credential_id
    assert (key.backup_eligible, key.backed_up, key.transports) == (True, True, ("hybrid", "internal"))


def test_unknown_transports_are_dropped() -> None:
    answer = changed(device().create(creation_options()), transports=["usb", "telepathy", "usb"])
    assert CEREMONIES.read_created(answer, CHALLENGE).transports == ("usb",)


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_webauthn_7_1_a_new_key_made_otherwise_is_refused(changes: dict[str, object], reason: str) -> None:
    answer = device().create(creation_options(), **changes)
    with pytest.raises(PasskeyRefusedError) as refused:
        CEREMONIES.read_created(answer, CHALLENGE)
    assert refused.value.reason == reason


def test_webauthn_7_1_a_shown_key_is_no_new_key() -> None:
    phone = device()
    answer = phone.create(creation_options(), kind="webauthn.get")
    with pytest.raises(PasskeyRefusedError, match="not_verified"):
        CEREMONIES.read_created(answer, CHALLENGE)


def test_a_new_key_under_another_id_is_refused() -> None:
    answer = device().create(creation_options())
    read = msgspec.json.decode(answer, type=dict[str, object])
    forged = read | {"id": to_text(b"another id"), "rawId": to_text(b"another id")}
    with pytest.raises(PasskeyRefusedError, match="malformed"):
        CEREMONIES.read_created(msgspec.json.encode(forged).decode(), CHALLENGE)


@pytest.mark.parametrize(("synced", "factor"), [(False, "hwk"), (True, "swk")])
def test_rfc8176_2_a_key_that_may_be_copied_is_a_software_key(synced: bool, factor: str) -> None:
    phone = device(synced=synced)
    key = created(phone)
    assert CEREMONIES.read_shown(phone.show(request_options()), CHALLENGE, key.public_key).factor == factor


def test_webauthn_7_2_the_counter_and_the_owner_are_read() -> None:
    key_fob = device(counts=True)
    key = created(key_fob)
    answer = key_fob.show(request_options())
    presented = CEREMONIES.read_presented(answer)
    assert (presented.credential_id, presented.user_handle) == (key.credential_id, OWNER.handle)
    assert CEREMONIES.read_shown(answer, CHALLENGE, key.public_key).sign_count == 2


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_webauthn_7_2_a_key_shown_otherwise_is_refused(changes: dict[str, object], reason: str) -> None:
    phone = device()
    key = created(phone)
    answer = phone.show(request_options(), **changes)
    with pytest.raises(PasskeyRefusedError) as refused:
        CEREMONIES.read_shown(answer, CHALLENGE, key.public_key)
    assert refused.value.reason == reason


def test_webauthn_7_2_another_keys_signature_is_refused() -> None:
    phone, stranger = device(), device()
    key = created(phone)
    created(stranger)
    with pytest.raises(PasskeyRefusedError, match="not_verified"):
        CEREMONIES.read_shown(stranger.show(request_options()), CHALLENGE, key.public_key)


def test_webauthn_7_2_flags_raised_after_signing_are_refused() -> None:
    phone = device()
    key = created(phone)
    answer = phone.show(request_options(), flags=UP)
    data = bytearray(to_bytes(msgspec.json.decode(answer, type=ShownAnswer).response.authenticator_data))
    data[32] |= UV | BE
    with pytest.raises(PasskeyRefusedError, match="not_verified"):
        CEREMONIES.read_shown(changed(answer, authenticatorData=to_text(bytes(data))), CHALLENGE, key.public_key)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{",
        "{}",
        '{"id":"x"}',
        '{"id":1,"rawId":1,"type":"public-key","response":{}}',
        '{"id":"YQ","rawId":"Yg","type":"public-key","response":{}}',
        "[" * 100_000,
        '{"id":"' + "A" * 5000 + '"}',
        "\ud800",
        "\x00",
    ],
)
def test_what_is_no_answer_is_refused(answer: str) -> None:
    for read in (
        lambda: CEREMONIES.read_presented(answer),
        lambda: CEREMONIES.read_created(answer, CHALLENGE),
        lambda: CEREMONIES.read_shown(answer, CHALLENGE, b""),
    ):
        with pytest.raises(PasskeyRefusedError):
            read()


@pytest.mark.parametrize("field", ["clientDataJSON", "authenticatorData", "signature"])
@given(value=st.one_of(st.none(), st.integers(), st.text(max_size=80), st.binary(max_size=80).map(to_text)))
def test_any_value_in_a_field_of_a_shown_key_is_refused(field: str, value: object) -> None:
    answer = changed(SHOWN, **{field: value})
    with pytest.raises(PasskeyRefusedError):
        CEREMONIES.read_shown(answer, CHALLENGE, KEY.public_key)


@pytest.mark.parametrize("field", ["clientDataJSON", "attestationObject"])
@given(value=st.one_of(st.none(), st.integers(), st.text(max_size=80), st.binary(max_size=80).map(to_text)))
def test_any_value_in_a_field_of_a_new_key_is_refused(field: str, value: object) -> None:
    answer = changed(CREATED, **{field: value})
    with pytest.raises(PasskeyRefusedError):
        CEREMONIES.read_created(answer, CHALLENGE)


PHONE = device()
CREATED = PHONE.create(creation_options())
KEY = CEREMONIES.read_created(CREATED, CHALLENGE)
SHOWN = PHONE.show(request_options())
