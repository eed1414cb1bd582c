"""Honest requests of a national operator to every page of the console."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from idp.officers.roles import NATIONAL, Role
from tests.flows.running_provider import CITIZENS
from tests.security.in_process import Edge
from tests.security.requests.hostile_requests import Fields, GoodRequest
from tests.security.walk import Walk

# What the form of each page is sent with, besides what the page itself put into it.
AGENCY_FORMS = ("rename", "move", "merge", "split", "close")
_DECIDED: Fields = {"decision": "NQ 202/2025/QH15", "day": ""}
_NAMES: Fields = {"name_vi": "Tỉnh Thử", "name_en": "A Province"}
# A grant is a box of the form; what it gives is what a plain portal needs.
TOKEN_FORM: Fields = {
    "action": "issue",
    "label": "Một cửa các xã",
    "hosts": "portal.example",
    "kind": "web_portal",
    "security_profile": "standard",
    "scope": "openid profile",
    "grant:authorization_code": "yes",
    "uses": "2",
    "valid_days": "30",
}
_FORMS: Mapping[str, Fields] = {
    "/admin/initial-tokens/new": {**TOKEN_FORM, "agency": "G22"},
    "/admin/software-publishers": {
        "action": "trust",
        "agency": "G22",
        "issuer": "https://publisher.example",
        "jwks": '{"keys": []}',
    },
    "/admin/agencies/new": {"code": "H98", "kind": "province", "parent": "", **_NAMES, **_DECIDED},
    "/admin/agencies/rename/H97": {**_NAMES, **_DECIDED},
    "/admin/agencies/move/H97": {"parent": "H98", **_DECIDED},
    "/admin/agencies/merge/H97": {"codes": "H97", "into": "H98", "name_vi": "", "name_en": "", **_DECIDED},
    "/admin/agencies/split/H97": {"first_code": "H95", "second_code": "H96", "children": "", **_DECIDED},
    "/admin/agencies/close/H97": _DECIDED,
    "/admin/audit": {"action": "export", "format": "csv", "client_id": "quoc-gia", "since": "2026-01-01"},
    "/admin/people": {
        "action": "find",
        "by": "number",
        "value": "099187000001",
        "purpose": "complaint",
        "case": "HT-2026-0042",
    },
    "/admin/settings/notices": {
        "action": "check",
        "notices.0.id": "bao-tri",
        "notices.0.severity": "info",
        "notices.0.where.status": "yes",
        "notices.0.from": "2026-12-01T22:00",
        "notices.0.until": "2026-12-02T04:00",
        "notices.0.text.vi": "Bảo trì.",
        "notices.0.text.en": "Maintenance.",
        "reason": "as the tests want it",
    },
    "/admin/keys": {"action": "rotate", "minutes": "30", "reason": "as the tests want it"},
    "/admin/registers": {"action": "stop-enterprise", "reason": "as the tests want it"},
    "/admin/upstreams": {"action": "stop-none", "reason": "as the tests want it"},
    "/admin/administrators/new": {
        "action": "issue",
        "agency": "G22",
        "name": "nvbinh",
        "full_name": "Nguyễn Văn Bình",
        "post": "Quản trị viên",
        "contact": "0912345678",
        "role": "auditor",
        "over": "national",
        "until": "2028-12-31",
    },
}
# The page of the one administrator there is, and one of nobody.
_ADMINISTRATOR, _NOBODY = re.compile(r"/admin/administrators/[0-9a-v]{26}"), "/admin/administrators/none"
_GRANT: Fields = {"action": "grant", "role": "auditor", "over": "H55", "until": "2028-12-31"}
_AGENCIES = ("/admin/agencies", "/admin/agencies/H97")
_READ_ONLY = (
    *("/admin", "/admin/administrators", "/admin/clients", "/admin/changes", "/admin/audit/none", "/admin/quality"),
    *("/admin/settings", "/admin/initial-tokens", "/admin/initial-tokens/none"),
    *_AGENCIES,
)
_CLIENT: Fields = {
    "action": "register",
    "client_id": "cong-cua-thu-nghiem",
    "agency": "G22",
    "client_name": "Cổng thử nghiệm",
    "redirect_uris": "https://dichvucong.example.gov.vn/callback",
    "scope": "openid profile",
    "legal_basis": "profile: NĐ 224/2026/NĐ-CP",
}
_NEW, _ONE = "/admin/clients/new", "/admin/clients/cong-cua-thu-nghiem"
_TRY = "/admin/clients/try/cong-chay-thu"
_DOCTOR = "/admin/clients/doctor/cong-cua-thu-nghiem"


def requests_of_administrators(edge: Edge) -> tuple[GoodRequest, ...]:
    """Return a request to every page; the one who sends it holds every permission and showed two factors lately."""
    walk = Walk(edge)
    walk.sign_in(CITIZENS[1])
    edge.appoint(Role.NATIONAL_OPERATOR, NATIONAL)
    # Once there is one agency, those that other requests name must be there too.
    for code in ("H97", "G22", "H55"):
        edge.found(code)
    found = [walk.good(path, {}) for path in _READ_ONLY]
    protection: Fields = {}
    for path, fields in _FORMS.items():
        address, page = walk.page(path)
        assert address == path, f"{path} led to {address}"
        # All forms of the console have one protection; a page with nothing to stop has no form to read it from.
        protection = page.protection or protection
        found.append(walk.good(path, {**protection, **page.values, **fields}))
    _, listed = walk.page("/admin/administrators")
    one = _ADMINISTRATOR.search(listed.html)
    assert one is not None
    _, page = walk.page(one[0])
    found += [walk.good(path, {**page.protection, **_GRANT}) for path in (one[0], _NOBODY)]
    return (*found, *_of_a_person(walk), *_of_clients(walk))


def _of_a_person(walk: Walk) -> Iterator[GoodRequest]:
    """Find somebody and return a request to look at them, and one to let them sign in again."""
    _, page = walk.page("/admin/people")
    command = {**_FORMS["/admin/people"], "value": CITIZENS[0].number}
    look = walk.send("POST", "/admin/people", {**page.values, **command}).header("location")
    assert look is not None
    yield walk.good(look, {})
    _, page = walk.page(look)
    yield walk.good(look, {**page.protection, "action": "unlock", "reason": "checked"})


def requests_of_trials(edge: Edge) -> tuple[GoodRequest, ...]:
    """Return a request to every page of trying out, from a browser that holds a run."""
    walk = Walk(edge)
    walk.sign_in(CITIZENS[3])
    edge.appoint(Role.NATIONAL_OPERATOR, NATIONAL)
    _, page = walk.page(_NEW)
    tried = {**_CLIENT, "client_id": "cong-chay-thu"}
    assert walk.send("POST", _NEW, {**page.values, **tried}).status == 200
    _, page = walk.page(_TRY)
    begin = walk.good(_TRY, page.values)
    assert walk.send("POST", _TRY, page.values).header("location") == "/try"
    _, page = walk.page("/try")
    back = {"code": "x" * 43, "state": "s" * 43, "iss": "https://idp.example"}
    return (
        begin,
        walk.good("/try", {"form": page.values["form"], "action": "wrong_redirect"}),
        walk.good(f"/try/back?{urlencode(back)}", {}),
        walk.good("/try/signed-out?state=s", {}),
    )


def _of_clients(walk: Walk) -> Iterator[GoodRequest]:
    """Register a client, ask for production, and return a request to each page of them."""
    _, page = walk.page(_NEW)
    yield walk.good(_NEW, {**page.values, **_CLIENT})
    assert walk.send("POST", _NEW, {**page.values, **_CLIENT}).status == 200
    _, page = walk.page(_DOCTOR)
    yield walk.good(_DOCTOR, {**page.values, "action": "check"})
    _, page = walk.page(_ONE)
    yield walk.good(_ONE, {**page.values, "action": "save", "reason": "as the tests want it"})
    asked = walk.send("POST", _ONE, {**page.values, "action": "production", "reason": "as the tests want it"})
    change = asked.header("location")
    assert change is not None
    _, page = walk.page(change)
    yield walk.good(change, {**page.values, "action": "approve", "scope-profile": "yes"})
