"""How a program gets a token for the API: the requests, as the document and the page of portal teams show them."""

from idp.protocol.endpoints import AUTHORIZE, TOKEN
from idp.sign_in.levels import strong_levels
from idp.web.admin_api.operation import PREFIX
from idp.web.developers.pages import ApiStep

SCOPES = {"admin:read": "Look at what the administrator may see.", "admin:write": "Change it, and propose changes."}
# What a reader puts their own values for.
_CALLBACK = "https://program.example/callback"

_SAID: dict[str, str] = {
    "authorize": "Send the administrator's browser here. It comes back to `redirect_uri` with `code`; compare `state` "
    "and `iss`. `CODE-CHALLENGE` is the SHA-256 of `CODE-VERIFIER` in base64url without padding (RFC 7636 4.2).",
    "redeem": "Redeem the code within a minute. The answer has `access_token`, good for five minutes, and "
    "`refresh_token`.",
    "call": "Call the API.",
    "refresh": "Get the next access token; the refresh token in the answer takes the place of the one that was sent.",
}
_BEFORE = (
    "An access token of an officer's account that signed in with two factors, at a client that may ask for it: it is "
    "registered with `admin:read`, `admin:write` or both in `governed_claims` and `scope`, `officer` in "
    "`account_kinds`, a client secret or a key, and no `resource`; the national operator approves that. What may be "
    "done follows from the administrator's roles. What stands in capitals below, and `redirect_uri`, is the "
    "program's own."
)
_AFTER = (
    "What is dangerous wants a factor shown in the last fifteen minutes. The answer is then 401 with "
    "`insufficient_user_authentication` (RFC 9470): send the browser to the first address again, with the `acr_values` "
    "and the `max_age` of `WWW-Authenticate`.\n\nA program that works without anybody (CI, configuration as code) is a "
    "client of its own with `administration_roles` and `administration_until`, `client_credentials` alone and a key in "
    "`jwks`; the national operator approves that. Its token is had with `grant_type=client_credentials` and "
    "`scope=admin:read admin:write`, and must be bound to its key (`cnf`). It approves nothing, and does nothing that "
    "wants a factor."
)


def token_steps(issuer: str) -> tuple[ApiStep, ...]:
    """Return the steps with the addresses of this provider; what stands in capitals is the reader's."""
    code = ("grant_type=authorization_code", "code=CODE", f"redirect_uri={_CALLBACK}", "code_verifier=CODE-VERIFIER")
    refresh = ("grant_type=refresh_token", "refresh_token=REFRESH-TOKEN")
    call = f"curl --header 'Authorization: Bearer ACCESS-TOKEN' {issuer}{PREFIX}/me"
    return (
        ApiStep(name="authorize", text=_authorize(issuer)),
        ApiStep(name="redeem", text=_at_the_token_endpoint(issuer, code)),
        ApiStep(name="call", text=call),
        ApiStep(name="refresh", text=_at_the_token_endpoint(issuer, refresh)),
    )


def token_description(issuer: str) -> str:
    """Return the steps in words, as Markdown (OpenAPI 3.1.0, 4.8.27)."""
    steps = [
        f"{number}. {_SAID[step.name]}\n\n```\n{step.text}\n```"
        for number, step in enumerate(token_steps(issuer), start=1)
    ]
    return "\n\n".join((_BEFORE, *steps, _AFTER))


def _authorize(issuer: str) -> str:
    parameters = (
        "response_type=code",
        "client_id=CLIENT-ID",
        f"redirect_uri={_CALLBACK}",
        f"scope=openid+{'+'.join(SCOPES)}",
        "state=STATE",
        "nonce=NONCE",
        "code_challenge=CODE-CHALLENGE",
        "code_challenge_method=S256",
        f"acr_values={'+'.join(strong_levels())}",
    )
    return f"{issuer}{AUTHORIZE}?{'&'.join(parameters)}"


def _at_the_token_endpoint(issuer: str, fields: tuple[str, ...]) -> str:
    lines = ("curl --user 'CLIENT-ID:CLIENT-SECRET'", *(f"--data-urlencode '{field}'" for field in fields))
    return " \\\n  ".join((*lines, f"{issuer}{TOKEN}"))
