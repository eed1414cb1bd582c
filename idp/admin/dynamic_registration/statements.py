"""Which software statement a request stands on, and what it asserts (RFC 7591 2.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from clients.document import Document
from idp.admin.dynamic_registration.ports import RegistrationReader
from idp.officers.roles import NATIONAL
from idp.protocol.dynamic_registration.errors import RegistrationError
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.protocol.dynamic_registration.software_statement import claimed_issuer, read_statement, statement_of
from idp.protocol.errors import INVALID_SOFTWARE_STATEMENT, UNAPPROVED_SOFTWARE_STATEMENT


class Statements(Struct, frozen=True):
    """Reads statements by the keys of those whom the agency, one above it, or the country trusts."""

    reader: RegistrationReader
    # What a statement names that is for this provider alone.
    issuer: str
    skew: timedelta

    async def asserted(
        self,
        document: Document,
        kept: str | None,
        policy: RegistrationPolicy,
        lineage: Sequence[str],
        now: datetime,
    ) -> tuple[str | None, Mapping[str, object]]:
        """Return the statement and its members; None where there is none. Raises `RegistrationError`.

        It is verified again with each update: whom nobody trusts any more has nothing to say.
        """
        statement = statement_of(document, kept)
        if statement is None:
            if policy.software_statement_required:
                raise RegistrationError(INVALID_SOFTWARE_STATEMENT.because("A software statement is required."))
            return None, {}
        publishers = await self.reader.publishers([*lineage, NATIONAL], claimed_issuer(statement))
        if not publishers:
            raise RegistrationError(UNAPPROVED_SOFTWARE_STATEMENT)
        # The nearest agency that knows the publisher says which keys it has.
        order = {code: place for place, code in enumerate([*lineage, NATIONAL])}
        nearest = min(publishers, key=lambda one: order[one.agency])
        return statement, read_statement(statement, nearest.jwks, self.issuer, now, self.skew)
