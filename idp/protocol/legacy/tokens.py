"""The ID tokens of the legacy sign-on: the old word for the level, and a reference that later calls are found by."""

from datetime import datetime

from clients.model import Client
from idp.kernel.ids import GrantId
from idp.protocol.answers import Answer
from idp.protocol.forms import Form
from idp.protocol.legacy.claims import old_level
from idp.protocol.logout import grant_of_jti
from idp.protocol.provider import Provider
from idp.protocol.token.bodies import TokenBody
from idp.protocol.tokens.kinds import ID_TOKEN_TYPE, is_id_token
from records.structs import replace


def translate_tokens(provider: Provider, client: Client, answer: Answer, now: datetime) -> Answer:
    """Return a token answer with its ID token in the legacy sign-on: `acr` as the portal asked for it."""
    if answer.body is None or "id_token" not in answer.body:
        return answer
    issued = provider.verifier.verify_hint(str(answer.body["id_token"]))
    if issued is None:
        return answer
    claims = {**issued.claims, "acr": old_level(issued.claims.get("acr"))}
    text = provider.signer.sign(claims, algorithm=client.id_token_signed_response_alg, typ=ID_TOKEN_TYPE, now=now)
    return replace(answer, body=TokenBody({**answer.body, "id_token": text}))


def hinted_grant(provider: Provider, text: str) -> str | None:
    """Return the grant that an ID token of ours was issued under, however old it is, or None for any other text."""
    verified = provider.verifier.verify_hint(text)
    if verified is None or not is_id_token(verified):
        return None
    return grant_of_jti(verified.claims.get("jti"))


def translate_revocation(provider: Provider, form: Form) -> Form:
    """Return a revocation with an ID token as one of the grant behind it (RFC 7009 2.1).

    Old portals show the ID token and mean the sign-in. A refresh token of the same grant, made here and known to
    nobody, says that in our words; whether the caller owns it is judged as ever.
    """
    grant_id = hinted_grant(provider, form.get("token") or "")
    if grant_id is None:
        return form
    return Form({**form.data, "token": provider.refresh_tokens.make(GrantId(grant_id), 0).text}, form.repeated)


def translate_introspection(answer: Answer) -> Answer:
    """Return what introspection says (RFC 7662 2.2) with the old word for the level."""
    if answer.body is None or "acr" not in answer.body:
        return answer
    return replace(answer, body={**answer.body, "acr": old_level(answer.body["acr"])})
