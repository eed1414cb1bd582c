"""A run of a client's configuration, and the attempts of it: snapshots that everything else is told from."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from clients.model import Client, ClientId
from idp.kernel.ids import AccountId, PersonId
from records.structs import Unprinted

# A run ends by itself: long enough to look at each variant, short enough for a browser that was left open.
RUN_LIFE = timedelta(minutes=30)
# What was explained can be read for a day.
REPORT_LIFE = timedelta(days=1)
MAX_ATTEMPTS = 30
MAX_RUNS, RUNS_WINDOW = 60, timedelta(hours=1)
BACK_PATH, SIGNED_OUT_PATH, TRIAL_RUN_PATH = "/try/back", "/try/signed-out", "/try"


class Variant(StrEnum):
    """What an attempt does: a sign-in as it should be, or one thing different."""

    PLAIN = "plain"
    SILENT = "silent"
    MAX_AGE = "max_age"
    STEP_UP = "step_up"
    WRONG_REDIRECT = "wrong_redirect"
    WRONG_VERIFIER = "wrong_verifier"
    REPLAY = "replay"


class TrialRun(Struct, frozen=True):
    """One run: which client, who started it, until when."""

    id: str
    client_id: ClientId
    person_id: PersonId
    account_id: AccountId
    started_at: datetime
    ends_at: datetime


class Answered(Struct, frozen=True):
    """What an endpoint for programs answered; tokens themselves are left out."""

    status: int
    error: str = ""
    description: str = ""
    members: Mapping[str, object] = field(default_factory=dict)


class Judged(Struct, frozen=True):
    """An ID token as a careful relying party looks at it: what it says, and which checks it passed."""

    header: Mapping[str, object]
    claims: Mapping[str, object]
    checks: Mapping[str, bool]


class Attempt(Unprinted, Struct, frozen=True):
    """One authorization request and everything that came of it. `back` is what was brought, without the code."""

    number: int
    variant: Variant
    began_at: datetime
    request: Mapping[str, str]
    # The code of the provider's page, where it answered by a page of its own.
    page_error: str = ""
    back: Mapping[str, str] = field(default_factory=dict)
    code_came: bool = False
    token: Answered | None = None
    again: Answered | None = None
    id_token: Judged | None = None
    userinfo: Answered | None = None
    # For logout (OIDC RP-Initiated Logout 2): an invented person's, for a client that nobody else knows.
    hint: str = ""
    signed_out: bool = False


class Running(Unprinted, Struct, frozen=True):
    """A run in the browser that holds it."""

    run: TrialRun
    secret: str
    client: Client
    trial_client: Client
