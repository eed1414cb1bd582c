"""Faults of dynamic registration: what a token gives, what is proved before anything is done, what stays."""

from tests.mutants.fault import Fault

_MANAGEMENT = "idp/admin/dynamic_registration/management.py"
_WRITES = "idp/adapters/sql/dynamic_registration/writes.py"
_RULES = ("tests/unit/protocol/dynamic_registration/test_client*.py",)
_USE_CASES = ("tests/contract/sql/dynamic_registration/test_self_registration*.py",)
_STORE = ("tests/contract/sql/dynamic_registration/test_registration_store*.py",)

FAULTS = (
    Fault(
        id="registered-beyond-the-token",
        area="registration",
        breaks="RFC 7591 3: an initial access token bounds hosts, scopes and grants.",
        file="idp/protocol/dynamic_registration/client.py",
        text="    if beyond := list(beyond_policy(registrant.policy, client)):\n        raise refused(beyond)\n",
        instead="",
        tests=_RULES,
    ),
    Fault(
        id="agencys-members-taken",
        area="registration",
        breaks="AD-3: what the agency decides is refused by name.",
        file="idp/protocol/dynamic_registration/members.py",
        text='            problems.append(_refused(name, "agencys", "the agency decides it, not the client"))\n',
        instead="            chosen[name] = value\n",
        tests=_RULES,
    ),
    Fault(
        id="another-agencys-token-shown",
        area="registration",
        breaks="What came of a token is its agency's to read.",
        file="idp/admin/dynamic_registration/tokens.py",
        text="demand(Permission.CLIENTS_READ, await self._lineage(token.agency if token else NATIONAL))",
        instead="demand_somewhere(Permission.CLIENTS_READ)",
        tests=("tests/contract/sql/dynamic_registration/test_issuing*.py",),
    ),
    Fault(
        id="one-use-twice",
        area="registration",
        breaks="One use of an initial access token is one client.",
        file=_WRITES,
        text="    WHERE token_id = :token_id AND uses_left > 0 AND revoked_at IS NULL AND expires_at > :now\n",
        instead="    WHERE token_id = :token_id AND revoked_at IS NULL AND expires_at > :now\n",
        tests=_STORE,
    ),
    Fault(
        id="any-management-token",
        area="registration",
        breaks="RFC 7592 2: a registration access token manages its own client and no other.",
        file=_MANAGEMENT,
        text="        if registration is None or registration.client_id != client_id:\n",
        instead="        if registration is None:\n",
        tests=("tests/flows/oauth/test_dynamic_registration*.py",),
    ),
    Fault(
        id="production-changed-alone",
        area="registration",
        breaks="A client in production is changed by two people, not by its token.",
        file=_MANAGEMENT,
        text='    if client.stage != "sandbox":\n        raise RegistrationError(_IN_PRODUCTION)\n',
        instead="    del client\n",
        tests=_USE_CASES,
    ),
    Fault(
        id="statement-left-out",
        area="registration",
        breaks="RFC 7591 2.3: what a publisher signed is not got rid of by leaving it out.",
        file="idp/protocol/dynamic_registration/software_statement.py",
        text="    if shown is None:\n        return kept\n",
        instead="    if shown is None:\n        return None\n",
        tests=_USE_CASES,
    ),
    Fault(
        id="attempts-uncounted",
        area="registration",
        breaks="A token makes the provider do no more than so much within a day.",
        file=_WRITES,
        text="        WHERE {key} = :{key} AND (tries_since <= :since OR tries < :most)\n",
        instead="        WHERE {key} = :{key} AND (tries_since <= :since OR tries <= tries + :most)\n",
        tests=_STORE,
    ),
    Fault(
        id="sector-unread",
        area="registration",
        breaks="OIDC Registration 5: a sector's document names each redirect URI.",
        file="idp/admin/clients/sector_document.py",
        text="    missing = sum(uri not in named for uri in client.redirect_uris)\n",
        instead="    missing = len(named) == 0\n",
        tests=("tests/unit/admin/test_sector_document*.py",),
    ),
    Fault(
        id="agencys-bound-passed",
        area="registration",
        breaks="An agency has so many registered clients and no more.",
        file=_WRITES,
        text="        WHERE c.agency = :agency AND c.disabled_at IS NULL) < :most\n",
        instead="        WHERE c.agency = :agency AND c.disabled_at IS NULL) <= :most + 1\n",
        tests=_STORE,
    ),
)
