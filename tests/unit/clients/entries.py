"""Client entries for the tests of this folder, and the clients made of them."""

from datetime import UTC, datetime, timedelta

from clients.errors import MetadataError
from clients.metadata import parse_entry
from clients.model import Client

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEPPER = b"pepper of the tests"
SECRET = "a-literal-secret-of-the-tests"

# Points of P-256 that are in RFC 7517 A.1 and RFC 7515 A.3.1, so nobody's keys.
EC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "kid": "one",
}
OTHER_EC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "two",
}


def entry(**members: object) -> dict[str, object]:
    """Return a small entry that keeps every rule, with `members` in place of or beside its own."""
    basic: dict[str, object] = {
        "client_id": "portal",
        "client_name": "Cổng dịch vụ công",
        "redirect_uris": ["https://dichvucong.example.gov.vn/callback"],
    }
    return basic | members


def client(**members: object) -> Client:
    """Return the client of `entry(**members)`."""
    return parse_entry(entry(**members), NOW).client


def broken_rules(written: dict[str, object]) -> set[tuple[str, str]]:
    """Return (field, rule) of every problem the entry is refused for."""
    try:
        parse_entry(written, NOW)
    except MetadataError as error:
        return {(problem.field, problem.rule) for problem in error.problems}
    raise AssertionError("the entry was accepted")
