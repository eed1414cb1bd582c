"""The ID tokens of the old dialect: the old word for the level, and a reference that later calls are found by."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_urlsafe

from clients.model import Client
from idp.kernel.ids import ID_LENGTH
from idp.protocol.answers import Answer
from idp.protocol.dialect_claims import old_level
from idp.protocol.forms import Form
from idp.protocol.house import House
from idp.protocol.token_bodies import TokenBody
from idp.protocol.tokens import ID_TOKEN_TYPE, read_access_token


@dataclass(frozen=True, slots=True)
class OldHint:
    """An ID token of the old dialect that came back: whose it is, and the grant and session it speaks of."""

    client_id: str
    grant_id: str
    sid: str


def translate_tokens(house: House, client: Client, answer: Answer, now: datetime) -> Answer:
    """Return a token answer with its ID token in the old dialect: `acr` as the portal asked for it, and a `jti`.

    Old portals end a session from their server, where no cookie says which. The `jti` begins with the grant's id, as
    that of the access token beside it does, so such a call leads to the session without a search.
    """
    if answer.body is None or "id_token" not in answer.body:
        return answer
    issued = house.verifier.verify_hint(str(answer.body["id_token"]))
    access = read_access_token(house, str(answer.body["access_token"]), now)
    if issued is None or access is None:
        return answer
    claims = {
        **issued.claims,
        "acr": old_level(issued.claims.get("acr")),
        "jti": f"{access.grant_id}.{token_urlsafe(12)}",
    }
    text = house.signer.sign(claims, algorithm=client.id_token_signed_response_alg, typ=ID_TOKEN_TYPE, now=now)
    return replace(answer, body=TokenBody({**answer.body, "id_token": text}))


def read_old_hint(house: House, text: str) -> OldHint | None:
    """Return what an ID token of the old dialect speaks of, however old it is, or None for any other text."""
    verified = house.verifier.verify_hint(text)
    if verified is None or verified.header.get("typ") != ID_TOKEN_TYPE:
        return None
    client_id, sid = verified.claims.get("aud"), verified.claims.get("sid")
    grant_id = str(verified.claims.get("jti", "")).partition(".")[0]
    if not (isinstance(client_id, str) and isinstance(sid, str) and len(grant_id) == ID_LENGTH):
        return None
    return OldHint(client_id, grant_id, sid)


def translate_revocation(house: House, form: Form) -> Form:
    """Return a revocation with an ID token as one of the grant behind it (RFC 7009 2.1).

    Old portals show the ID token and mean the sign-in. A refresh token of the same grant, made here and known to
    nobody, says that in our words; whether the caller owns it is judged as ever.
    """
    hint = read_old_hint(house, form.get("token") or "")
    if hint is None:
        return form
    return Form({**form.data, "token": house.refresh_tokens.make(hint.grant_id, 0).text}, form.repeated)


def translate_introspection(answer: Answer) -> Answer:
    """Return what introspection says (RFC 7662 2.2) with the old word for the level."""
    if answer.body is None or "acr" not in answer.body:
        return answer
    return replace(answer, body={**answer.body, "acr": old_level(answer.body["acr"])})
