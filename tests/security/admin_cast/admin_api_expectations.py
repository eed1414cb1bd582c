"""What every operation of the administration API answers to every role, written by hand.

It stands here once more, apart from the product's own table: an operation that is added without an expectation fails,
and so does a permission that changes unseen.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import httpx2

from idp.officers.roles import NATIONAL, Role
from idp.web.admin_api.operation import Operation
from idp.web.admin_api.table import OPERATIONS
from tests.flows.admin.test_admin_clients import WHY, entry
from tests.flows.administrators import CONSOLE, ApiProgram
from tests.flows.officer_people import AGENCY

ELSEWHERE = "H29"
REACHES = {"national": NATIONAL, "own": AGENCY, "foreign": ELSEWHERE}
OPERATOR, ADMINISTRATOR, DEVELOPER, AUDITOR, SUPPORT = Role
EVERYBODY = frozenset(Role)
OF_THE_LOG = frozenset({OPERATOR, ADMINISTRATOR, AUDITOR})
OF_CLIENTS = frozenset({OPERATOR, ADMINISTRATOR, DEVELOPER})
DECIDING = frozenset({OPERATOR, ADMINISTRATOR})
STALE = frozenset({412})
OF_AGENCIES = frozenset({OPERATOR})
OF_SETTINGS = frozenset({OPERATOR, ADMINISTRATOR, AUDITOR, SUPPORT})
OF_PEOPLE, GONE, LOOKUPS = frozenset({OPERATOR, SUPPORT}), frozenset({404}), "/people/lookups"
NAMES, DECIDED = {"name": "Tỉnh Thử", "name_en": "A Province"}, {"decision": "NQ 202/2025/QH15"}
PARTS = [{**NAMES, "code": f"{AGENCY}.{n}", "kind": "unit", "parent": AGENCY} for n in (1, 2)]
READ_LONG_AGO, ACCOUNT = {"code": AGENCY, "version": 99}, {"account_id": "%(administrator)s", "version": "long-ago"}
# A point of P-256 that is in RFC 7517 A.1, so nobody's key.
KEYS = {
    "keys": [
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        }
    ]
}
ISSUED = {
    "agency": AGENCY,
    "name": "moi",
    "full_name": "Lê Thị Minh",
    "post": "Quản trị viên",
    "contact": "0912345678",
    "until": "2020-01-01",
    "role": "auditor",
    "over": AGENCY,
}
# The operation whose kinds are asked for one by one.
PROPOSE = "propose_change"


def cells_of(one: Operation) -> Iterator[str]:
    """Yield what is expected of an operation by its name: of what proposes, each kind of proposal."""
    if not one.proposals:
        yield one.name
    yield from (f"{one.name}:{kind.kind}" for kind in one.proposals)


METHODS = {name: one.method for one in OPERATIONS for name in cells_of(one)}
SCOPES = {name: one.scope for one in OPERATIONS for name in cells_of(one)}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Expected:
    """One operation, asked about what belongs to the own agency."""

    path: str
    roles: frozenset[Role]
    # What another agency's administrator gets: `404`, or `200` without what is `hidden`.
    foreign: int = 404
    hidden: str = ""
    statuses: frozenset[int] = frozenset({200})
    # An officer without any role may ask too.
    roleless: bool = False
    body: object = None
    # A version that nobody read: who may do it is told that it is stale.
    conditional: bool = False
    # The country's: a role over an agency, one's own too, finds nothing.
    national: bool = False
    # Likewise, and told as if the role brought nothing at all.
    refused_below: bool = False

    def send(self, program: ApiProgram, method: str, facts: Mapping[str, str]) -> httpx2.Response:
        """Send the request, a POST with a key of its own."""
        headers = {"If-Match": '"00"'} if self.conditional else {}
        if method == "POST":
            headers["Idempotency-Key"] = f"key-of-a-cell-{next(_numbers):08}"
        body = None if self.body is None else json.dumps(self.body) % facts
        headers |= {} if body is None else {"Content-Type": "application/json"}
        asking = ApiProgram(program.running, program.token, headers)
        return asking.send(method, self.path.format(**facts), content=body)


EXPECTED = {
    "show_me": Expected("/me", EVERYBODY, foreign=200, roleless=True),
    "list_clients": Expected("/clients?limit=200", EVERYBODY, foreign=200, hidden=f'"{CONSOLE}"'),
    "show_client": Expected(f"/clients/{CONSOLE}", EVERYBODY),
    "search_events": Expected(f"/audit/events?client_id={CONSOLE}", OF_THE_LOG),
    "show_event": Expected("/audit/events/{event}", OF_THE_LOG),
    "export_events": Expected(f"/audit/export?client_id={CONSOLE}&format=jsonl", OF_THE_LOG),
    "list_client_templates": Expected("/client-templates", EVERYBODY, foreign=200),
    "register_client": Expected(
        "/clients",
        OF_CLIENTS,
        body={"metadata": {**entry(), "client_id": "%(new)s"}},
        statuses=frozenset({201, 409}),
    ),
    "check_client": Expected("/client-checks", OF_CLIENTS, body={"client_id": "%(client)s", "metadata": {}}),
    "change_client": Expected(
        "/clients/{client}",
        OF_CLIENTS,
        body={"metadata": entry(client_id="%(client)s")},
        conditional=True,
        statuses=STALE,
    ),
    "rotate_client_secret": Expected(
        "/clients/{client}/rotate-secret", OF_CLIENTS, body={}, conditional=True, statuses=STALE
    ),
    "stop_client": Expected("/clients/{client}/stop", DECIDING, body={"reason": WHY}, statuses=frozenset({200, 409})),
    "list_initial_access_tokens": Expected("/initial-access-tokens", EVERYBODY, foreign=200),
    "issue_initial_access_token": Expected(
        "/initial-access-tokens",
        OF_CLIENTS,
        body={"agency": AGENCY, "label": "tests", "hosts": ["portal.example"]},
        statuses=frozenset({200, 409}),
    ),
    # There is no such token, nor such a publisher, which whoever may end one is told.
    "revoke_initial_access_token": Expected("/initial-access-tokens/none/revoke", OF_CLIENTS, statuses=GONE),
    "list_software_publishers": Expected("/software-publishers", EVERYBODY, foreign=200),
    "trust_software_publisher": Expected(
        "/software-publishers", OF_CLIENTS, body={"agency": AGENCY, "issuer": "https://publisher.example", "jwks": KEYS}
    ),
    "distrust_software_publisher": Expected(
        "/software-publishers/distrust", OF_CLIENTS, body={"agency": AGENCY, "issuer": "nobody"}, statuses=GONE
    ),
    "start_client_trial": Expected("/clients/{proposed}/trials", OF_CLIENTS, statuses=frozenset({201, 409})),
    "show_client_trial": Expected("/clients/{proposed}/trials/{trial}", OF_CLIENTS),
    "show_client_health": Expected("/clients/{client}/health", EVERYBODY),
    # Once a minute: who may, and comes too soon, is told so.
    "check_client_health": Expected("/clients/{client}/health/checks", OF_CLIENTS, statuses=frozenset({200, 409})),
    "list_waiting_changes": Expected("/changes", EVERYBODY, foreign=200, hidden='"{change}"'),
    "list_changes_of_client": Expected("/clients/{proposed}/changes", EVERYBODY),
    "show_change": Expected("/changes/{change}", EVERYBODY),
    "approve_change": Expected("/changes/{change}/approve", DECIDING, body={}, conditional=True, statuses=STALE),
    "refuse_change": Expected(
        "/changes/{change}/refuse", DECIDING, body={"reason": WHY}, conditional=True, statuses=STALE
    ),
    # Only who proposed it takes it back, which none of these did.
    "withdraw_change": Expected("/changes/{change}/withdraw", OF_CLIENTS, statuses=frozenset({403})),
    "undo_change": Expected("/changes/{change}/undo", DECIDING, statuses=frozenset({409})),
    "review_change": Expected("/changes/{change}/review", DECIDING, statuses=frozenset({409})),
    "list_quality": Expected("/quality", EVERYBODY, foreign=200),
    "list_quality_hours": Expected("/quality/hours?client_id={client}", EVERYBODY),
    "list_quality_days": Expected("/quality/days?client_id={client}", EVERYBODY),
    "list_agencies": Expected("/agencies", EVERYBODY, foreign=200, hidden=f'"{AGENCY}"'),
    "show_agency": Expected(f"/agencies/{AGENCY}", EVERYBODY),
    # What they ask for is refused for what it says, to whoever may ask at all.
    "found_agency": Expected(
        "/agencies",
        OF_AGENCIES,
        body={**NAMES, "code": AGENCY, "kind": "province", "parent": AGENCY, **DECIDED},
        statuses=frozenset({409, 422}),
    ),
    "rename_agency": Expected(
        f"/agencies/{AGENCY}/rename", OF_AGENCIES, body={**NAMES, **DECIDED}, conditional=True, statuses=STALE
    ),
    "list_keys": Expected("/keys", OF_SETTINGS, national=True),
    "list_registers": Expected("/registers", OF_SETTINGS, national=True),
    "list_upstreams": Expected("/upstreams", OF_SETTINGS, national=True),
    # People, sought by the support and the operators of the country.
    "find_person": Expected(
        LOOKUPS,
        OF_PEOPLE,
        body={"by": "number", "value": "099187000001", "purpose": "complaint", "case": "HT-1"},
        statuses=frozenset({201}),
        refused_below=True,
    ),
    # The look is of another session.
    "show_person": Expected(f"{LOOKUPS}/{{client}}", OF_PEOPLE, statuses=GONE, refused_below=True),
    "choose_person": Expected(
        f"{LOOKUPS}/{{client}}/choose",
        OF_PEOPLE,
        body={"account_id": "0"},
        statuses=GONE,
        refused_below=True,
    ),
    **{
        name: Expected(
            f"{LOOKUPS}/{{client}}/{path}",
            OF_PEOPLE,
            body={"reason": "authority" if path != "sign-out" else "asked"},
            statuses=GONE,
            refused_below=True,
        )
        for name, path in (("lock_person", "lock"), ("unlock_person", "unlock"), ("sign_person_out", "sign-out"))
    },
    # Likewise: a recovery is begun of whom a lookup shows, and goes on under it.
    **{
        name: Expected(
            f"{LOOKUPS}/{{client}}/recoveries{path}", OF_PEOPLE, body=body, statuses=GONE, refused_below=True
        )
        for name, path, body in (
            ("begin_person_recovery", "", {"reason": "asked", "phone": "0912345678"}),
            ("send_recovery_code", "/{client}/codes", {"language": "en"}),
            ("confirm_recovery_phone", "/{client}/confirm-phone", {"code": "123456"}),
            ("prove_recovering_person", "/{client}/prove-identity", {"full_name": "A", "birth_date": "1950"}),
        )
    },
    "list_settings": Expected("/settings", OF_SETTINGS, national=True),
    "show_setting": Expected("/settings/notices", OF_SETTINGS, national=True),
    "check_setting": Expected(
        "/setting-checks", OF_AGENCIES, body={"name": "notices", "document": {"notices": []}}, national=True
    ),
    "list_changes_of_setting": Expected("/settings/notices/changes", OF_SETTINGS, national=True),
    "list_administrators": Expected("/administrators?limit=200", OF_THE_LOG, foreign=200, hidden='"{administrator}"'),
    "show_administrator": Expected("/administrators/{administrator}", OF_THE_LOG),
    **{
        name: Expected(
            f"/administrators/{{administrator}}/{path}", DECIDING, body=body, conditional=True, statuses=STALE
        )
        for name, path, body in (
            ("give_role", "roles", {"role": "support", "over": AGENCY, "until": "2020-01-01"}),
            ("revoke_role", "roles/{role}/revoke", None),
            ("extend_administrator", "extend", {"until": "2020-01-01"}),
            ("withdraw_administrator", "withdraw", {"reason": "left"}),
        )
    },
    "revoke_key": Expected(
        "/keys/none/revoke", OF_AGENCIES, body={"reason": WHY}, national=True, statuses=frozenset({404})
    ),
    "stop_register": Expected(
        "/registers/none/stop", OF_AGENCIES, body={"reason": WHY}, national=True, statuses=frozenset({404})
    ),
    "stop_upstream": Expected(
        "/upstreams/none/stop", OF_AGENCIES, body={"reason": WHY}, national=True, statuses=frozenset({404})
    ),
    # Nobody's agency's; there is none before the first minute is over.
    "latest_checkpoint": Expected("/audit/checkpoints/latest", OF_THE_LOG, foreign=200, statuses=frozenset({200, 404})),
    # Each kind of proposal: refused for its version, or for what it asks, to whoever may ask at all.
    **{
        f"{PROPOSE}:{kind}": Expected(
            "/changes", roles, body={"kind": kind, **body}, statuses=frozenset(statuses), **more
        )
        for kind, roles, body, statuses, more in (
            (
                "update_client",
                OF_CLIENTS,
                {"client_id": "%(client)s", "version": 99, "metadata": entry(client_id="%(client)s"), "reason": WHY},
                {412},
                {},
            ),
            ("enable_client", OF_CLIENTS, {"client_id": "%(client)s", "reason": WHY}, {202, 409}, {}),
            ("move_agency", OF_AGENCIES, {**READ_LONG_AGO, "parent": AGENCY, **DECIDED}, {412}, {}),
            ("split_agency", OF_AGENCIES, {**READ_LONG_AGO, "parts": PARTS, **DECIDED}, {412}, {}),
            ("close_agency", OF_AGENCIES, {**READ_LONG_AGO, **DECIDED}, {412}, {}),
            ("merge_agencies", OF_AGENCIES, {"versions": {AGENCY: 99}, "into": AGENCY, **DECIDED}, {409, 412, 422}, {}),
            (
                "update_setting",
                OF_AGENCIES,
                {"name": "notices", "version": 10**6, "document": {"notices": []}, "reason": WHY},
                {412},
                {"national": True},
            ),
            ("rotate_keys", OF_AGENCIES, {"lead_seconds": 0, "reason": WHY}, {422}, {"national": True}),
            ("revoke_key", OF_AGENCIES, {"kid": "none", "reason": WHY}, {404}, {"national": True}),
            # Refused for its day before its agency is looked for.
            ("issue_administrator", DECIDING, ISSUED, {422}, {"foreign": 200}),
            (
                "give_role",
                DECIDING,
                {**ACCOUNT, "role": "agency_administrator", "over": AGENCY, "until": "2020-01-01"},
                {412},
                {},
            ),
            ("renew_enrolment_code", DECIDING, {**ACCOUNT, "contact": "0912345678"}, {412}, {}),
        )
    },
}
