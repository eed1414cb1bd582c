"""Bodies of registrations: hostile ones are refused with 400, never with anything else (DS-1, AD-3)."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import Client, ClientId
from idp.protocol.dynamic_registration.client import Registrant, new_client
from idp.protocol.dynamic_registration.errors import RegistrationError
from idp.protocol.dynamic_registration.members import KNOWN
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.protocol.dynamic_registration.request import MAX_BYTES, MAX_MEMBERS, read_request
from idp.protocol.errors import ProtocolError
from tests.support.builders.protocol import NOW

REGISTRANT = Registrant(RegistrationPolicy(hosts=("portal.example",)), "H37")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(sorted(KNOWN)) | st.text(max_size=20) | st.just("client_name#vi") | st.just("request_uris")


def error_of(work: Callable[[], object]) -> ProtocolError | None:
    """Return how a request is refused, None where it is not; any other error is a failure."""
    try:
        work()
    except RegistrationError as refusal:
        return refusal.error
    return None


def refused(body: bytes) -> bool:
    error = error_of(lambda: read_request(body))
    assert error is None or (error.code, error.status) == ("invalid_client_metadata", 400)
    return error is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"client_name": "one", "client_name": "two"}',
        b'{"jwks": {"keys": [], "keys": [1]}}',
        b"[" * 20000,
        b'{"a":' * 5000,
        b'{"a": ' + b"[" * 9 + b"]" * 9 + b"}",
        b'{"a": ' + b"9" * 10000 + b"}",
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": "' + b"x" * MAX_BYTES + b'"}',
        json.dumps({str(number): 1 for number in range(MAX_MEMBERS + 1)}).encode(),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_honest_object_is_refused(body: bytes) -> None:
    assert refused(body)


def test_an_honest_object_is_read_up_to_its_bounds() -> None:
    assert read_request(b' {"a": [1, {"b": null}]} ') == {"a": [1, {"b": None}]}
    full: dict[str, object] = {str(number): 1 for number in range(MAX_MEMBERS)}
    assert read_request(json.dumps(full).encode()) == full
    filled = b'{"a": "' + b"x" * (MAX_BYTES - 9) + b'"}'
    assert (len(filled), refused(filled)) == (MAX_BYTES, False)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_do_anything_but_be_read_or_refused(body: bytes) -> None:
    refused(body)


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_no_document_does_anything_but_register_or_be_refused(document: dict[str, object]) -> None:
    made: list[Client] = []
    error = error_of(lambda: made.append(new_client(REGISTRANT, ClientId("dyn-1"), document, {}, NOW)))
    assert error is None or error.status == 400
    assert error is None or all(" " <= one <= "~" and one not in '"\\' for one in error.description)
    assert all((one.stage, one.agency, one.governed_claims) == ("sandbox", "H37", ()) for one in made)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_whatever_else_is_said_a_client_stays_within_its_token(more: dict[str, object]) -> None:
    document = {**more, "redirect_uris": ["https://portal.example/cb"], "client_name": "Portal"}
    try:
        client = new_client(REGISTRANT, ClientId("dyn-1"), document, {}, NOW)
    except RegistrationError:
        return
    assert set(client.scope) <= set(REGISTRANT.policy.scope)
    assert set(client.grant_types) <= set(REGISTRANT.policy.grant_types)
    assert (client.stage, client.security_profile, client.secrets) == ("sandbox", "standard", ())
