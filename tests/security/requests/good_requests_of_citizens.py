"""Honest requests of a person at their own account and in recovery, in the families of the hostile-bytes tests."""

from collections.abc import Iterable, Iterator, Mapping

from idp.web.account import routes as account
from idp.web.delegation import routes as delegation
from idp.web.factors import routes as factors
from idp.web.http.route import Route
from tests.security.requests.hostile_requests import Fields, GoodRequest
from tests.security.walk import CITIZEN, Walk

# What the form of a page is sent with, besides what the page itself put into it; a page that is not here sends that.
_OWN: Mapping[str, Fields] = {
    "/account/identity": {"action": "ask_again"},
    "/account/profile": {"action": "save", "nickname": "Bình", "website": "https://nguyen-van-binh.example/"},
    "/account/sessions": {"action": "end:" + "0" * 26},
    "/account/portals": {"action": "withdraw:quoc-gia"},
    "/account/language": {"action": "vi"},
    "/account/notices": {"action": "read"},
    "/account/close": {"action": "close"},
    "/account/joining": {"action": "show", "number": "", "password": "a-wrong-long-Passphrase-9"},
    "/account/mandates": {"action": "accept:" + "0" * 26},
    "/account/mandates/give": {"action": "give", "under": "0" * 26, "number": "079999000002", "until": "2027-01-31"},
    "/account/mandates/ward": {"action": "claim", "number": "079999000002", "name": "An", "birth_date": "05/09/2016"},
    "/account/organisations/claim": {"action": "claim", "code": "0100047516-001", "name": "Công ty Mẫu"},
}
_FACTORS: Mapping[str, Fields] = {
    "/account/factors": {"action": "two_steps_off"},
    "/account/totp": {"action": "remove"},
    "/account/recovery-codes": {"action": "look"},
    "/account/approvals": {"action": "not_me", "approval": "0" * 26},
    "/account/password": {"action": "save", "password": "short"},
    "/account/contacts": {"action": "change_email", "email": "not an address"},
    "/account/passkeys": {"action": "add", "credential": "{}", "label": "Máy của tôi"},
}
# Nobody gets there without a code that only a phone or an app shows: their first check is all these requests meet.
BEYOND = (
    *("/account/receipts/none", "/account/not-me", "/account/contacts/code", "/account/passkeys/edit"),
    *("/account/joining/factor", "/account/joining/confirm"),
    *("/account/confirm", "/account/data/file", "/sign-in/second", "/sign-in/passkey", "/account/data"),
    *("/recover/way", "/recover/code", "/recover/phone", "/recover/phone/code", "/recover/identity"),
    *("/recover/password", "/recover/waiting", "/recover/return/code", "/recover/return/password"),
    *("/recover/done", "/recover/over", "/not-me/done", "/rate", "/account-kind", "/counter"),
    *("/counter/recovery", "/counter/recovery/code", "/counter/recovery/identity"),
    *("/counter/citizen", "/counter/factor", "/counter/phone"),
    *("/officers/enrol/password", "/officers/enrol/factor", "/officers/enrol/done"),
)


def requests_of_citizens(walk: Walk, stranger: Walk) -> Mapping[str, tuple[GoodRequest, ...]]:
    """Return them by family; `walk` is in a strong session."""
    return {
        "own-account": tuple(_pages(walk, (*account.ROUTES, *delegation.ROUTES), _OWN)),
        "factors": tuple(_pages(walk, factors.ROUTES, _FACTORS)),
        "recovery": tuple(
            _forms(
                stranger,
                {
                    "/recover": {"action": "next", "identifier": CITIZEN.number},
                    "/recover/return": {"action": "next", "reference": "ABCDE-FGHJK"},
                    "/officers/enrol": {"action": "next", "sign_in_name": "h55.nvbinh", "enrolment_code": "ABCD-EFGH"},
                    "/not-me": {"action": "report", "alarm_code": "ABCDEFGHJK"},
                },
            )
        ),
        "beyond": tuple(
            walk.good(f"{path}?r={'0' * 26}&s={'0' * 26}&key=x", {"action": "verify", "code": "000000"})
            for path in BEYOND
        ),
    }


def _pages(walk: Walk, routes: Iterable[Route], wanted: Mapping[str, Fields]) -> Iterator[GoodRequest]:
    """Return a request to every page but those that nobody gets to so: its form, or a look at it."""
    reached = [one for one in routes if one.path not in BEYOND and "{" not in one.path]
    yield from _forms(walk, {one.path: wanted.get(one.path, {}) for one in reached if one.takes_form})
    yield from (walk.good(one.path, {}) for one in reached if not one.takes_form)


def _forms(walk: Walk, wanted: Mapping[str, Fields]) -> list[GoodRequest]:
    found = []
    for address, fields in wanted.items():
        shown, page = walk.page(address)
        assert shown.partition("?")[0] == address.partition("?")[0], f"{address} led to {shown}"
        found.append(walk.good(shown, {**page.values, **fields}))
    return found
