"""The glossary has each word once, and forbids none that the field's own texts use."""

from tests.support.running.servers import REPOSITORY

# RFC 6749, 6819 and 9700, OpenID Connect, NIST SP 800-63, WebAuthn, Starlette; and what everybody calls such things.
FIELD = frozenset(
    {
        "authenticator",
        "authorization request",
        "authorization server",
        "backup code",
        "broker",
        "client",
        "configuration",
    }
    | {"consent", "end-user", "federation", "grant", "identity provider", "idle timeout", "IdP", "impersonation"}
    | {
        "infrastructure",
        "issuer",
        "key rollover",
        "LoA",
        "MFA",
        "middleware",
        "mount",
        "nonce",
        "OP",
        "OTP",
        "PIN",
        "proxy",
    }
    | {
        "re-authentication",
        "reauthentication",
        "relying party",
        "request",
        "resource owner",
        "resource server",
        "route",
    }
    | {
        "router",
        "RP",
        "scope",
        "security key",
        "session",
        "subscriber",
        "token",
        "transaction",
        "user",
        "verifier",
        "2FA",
    }
)


def rows() -> list[tuple[str, str, str]]:
    text = (REPOSITORY / "docs" / "glossary.md").read_text("utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    return [(word, means, no) for word, means, no in cells if word not in {"word", "---"}]


def test_each_word_has_one_row_and_a_meaning() -> None:
    words = [word for word, _, _ in rows()]
    assert len(words) > 80
    assert sorted(words) == sorted(set(words))
    assert [word for word, means, _ in rows() if not means] == []


def test_no_term_of_the_field_is_forbidden() -> None:
    field = {term.casefold() for term in FIELD}
    forbidden = {(word, each.strip()) for word, _, no in rows() for each in no.split(",")}
    assert [pair for pair in sorted(forbidden) if pair[1].casefold() in field] == []


def test_no_word_of_the_glossary_is_forbidden_by_another_row() -> None:
    words = {word.partition(" (")[0].casefold() for word, _, _ in rows()}
    assert [(word, no) for word, _, no in rows() if words & {each.strip().casefold() for each in no.split(",")}] == []
