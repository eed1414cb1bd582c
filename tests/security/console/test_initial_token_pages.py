"""The console's pages of initial access tokens: shown once, ended by its agency, seen by nobody else."""

import re

import orjson

from idp.officers.roles import Role
from idp.protocol.endpoints import REGISTRATION
from tests.security.admin_cast.console_company import TOKENS, Company, Somebody
from tests.security.in_process import Edge
from tests.security.requests.good_requests_of_administrators import TOKEN_FORM
from tests.support.builders.protocol import CLIENT_KEY, public_jwks

MINE, OTHERS = "H31", "G31"
_SECRET = re.compile(r"nso_iat_[A-Za-z0-9_-]{43}")
_ID = re.compile(r"/admin/initial-tokens/([0-9a-v]{26})")


def page(somebody: Somebody, path: str) -> str:
    answered = somebody.ask("GET", path, {})
    assert answered.status == 200, (path, answered.status)
    return answered.body.decode()


def test_an_agency_issues_a_token_reads_it_once_and_ends_it(edge: Edge) -> None:
    for code in (MINE, OTHERS):
        edge.found(code)
    company = Company(edge, iter(range(190, 192)))
    mine, theirs = (company.officer(Role.AGENCY_ADMINISTRATOR, code) for code in (MINE, OTHERS))
    issued = mine.ask("POST", f"{TOKENS}new", {**TOKEN_FORM, "agency": MINE}).body.decode()
    secret, token_id = _SECRET.search(issued), _ID.search(issued)
    assert secret is not None
    assert token_id is not None
    assert f"{REGISTRATION}</code>" in issued
    one = TOKENS + token_id[1]
    assert not _SECRET.search(page(mine, "/admin/initial-tokens") + page(mine, one))
    assert "Một cửa các xã" in page(mine, "/admin/initial-tokens")
    assert "Một cửa các xã" not in page(theirs, "/admin/initial-tokens")
    assert theirs.ask("POST", one, {"action": "revoke"}).status == 404
    assert mine.ask("POST", one, {"action": "revoke"}).header("location") == f"{one}?done=revoked"
    assert 'id="done"' in page(mine, f"{one}?done=revoked")
    assert mine.ask("POST", one, {"action": "revoke"}).status == 409


def test_a_form_for_another_agency_is_told_at_its_field_and_issues_nothing(edge: Edge) -> None:
    for code in ("H32", "G32"):
        edge.found(code)
    mine = Company(edge, iter(range(192, 194))).officer(Role.AGENCY_ADMINISTRATOR, "H32")
    refused = mine.ask("POST", f"{TOKENS}new", {**TOKEN_FORM, "agency": "G32"})
    assert refused.status == 422
    assert not _SECRET.search(refused.body.decode())
    assert 'id="agency-error"' in refused.body.decode()
    wrong = mine.ask(
        "POST", f"{TOKENS}new", {**TOKEN_FORM, "agency": "H32", "hosts": "no host", "uses": "101"}
    ).body.decode()
    assert 'id="hosts-error"' in wrong
    assert 'id="uses-error"' in wrong


def test_an_agency_trusts_a_publisher_and_ends_that_and_another_agency_neither_sees_nor_ends_it(edge: Edge) -> None:
    for code in ("H33", "G33"):
        edge.found(code)
    company = Company(edge, iter(range(194, 198)))
    mine, theirs = (company.officer(Role.AGENCY_ADMINISTRATOR, code) for code in ("H33", "G33"))
    path, issuer = "/admin/software-publishers", "https://publisher.example"
    typed = {"agency": "H33", "issuer": issuer, "jwks": orjson.dumps(public_jwks(CLIENT_KEY)).decode()}
    for broken in ("", "{", '"keys"'):
        wrong = mine.ask("POST", path, {**typed, "action": "trust", "jwks": broken})
        assert (wrong.status, b'id="jwks-error"' in wrong.body) == (422, True)
    assert mine.ask("POST", path, {**typed, "action": "trust", "agency": ""}).status == 404
    assert mine.ask("POST", path, {**typed, "action": "trust"}).header("location") == f"{path}?done=trusted"
    assert issuer in page(mine, path)
    assert issuer not in page(theirs, path)
    ending = {"action": f"distrust H33 {issuer}"}
    assert theirs.ask("POST", path, ending).status == 404
    assert mine.ask("POST", path, ending).header("location") == f"{path}?done=distrusted"
    assert mine.ask("POST", path, ending).status == 404
