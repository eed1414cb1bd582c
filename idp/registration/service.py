"""Registration: say who you are, confirm the phone, choose a password, be checked against the register."""

import asyncio
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.message_ceilings import Asker
from idp.audit.model import Origin
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.one_time_codes.service import CodeDraft, CodeVerdict, OneTimeCodes
from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.service import PasswordRules
from idp.kernel.clock import Clock
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.evidence import stronger
from idp.proofing.model import ClaimedIdentity
from idp.proofing.registers.purposes import REGISTER_PURPOSE
from idp.proofing.registers.questions import AskedFor, RegisterQuestions
from idp.proofing.service import ProofingService
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.registration.opening import AccountOpening
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.drafts import DraftStore
from idp.sign_in.networks import network_admits
from idp.upstream.arrivals import UpstreamArrival, upstream_evidence
from records.structs import Unprinted, replace

CODE_PURPOSE = "registration"


class Registration(Unprinted, Struct, frozen=True):
    """A registration on its way: declared values, the code, whether the phone is confirmed, where to go after."""

    number: str
    name: str
    birth_date: str
    phone: str
    code: CodeDraft
    interaction: str
    phone_confirmed: bool = False
    upstream: UpstreamArrival | None = None

    def claimed(self) -> ClaimedIdentity:
        """Return the declared identity."""
        return ClaimedIdentity(PersonalNumber(self.number), self.name, BirthDate.parse(self.birth_date))


class RegistrationRefusal(StrEnum):
    """Why a registration cannot begin now."""

    TOO_MANY = "too_many_registrations"


class Registrations(Struct, frozen=True):
    """The steps of registration. Nothing in them tells whether the number has an account already (EN-1)."""

    drafts: DraftStore[Registration]
    codes: OneTimeCodes
    store: ShortLivedStore
    questions: RegisterQuestions
    proofing: ProofingService
    phones: PhoneOwnership
    opening: AccountOpening
    rules: PasswordRules
    clock: Clock
    limits: LimitReader = STANDARD

    async def begin(
        self,
        claimed: ClaimedIdentity,
        phone: PhoneNumber,
        interaction: str,
        browser: str,
        locale: Locale,
        origin: Origin,
        upstream: UpstreamArrival | None = None,
    ) -> str | RegistrationRefusal:
        """Send a code to the phone and return the name of the draft; `upstream` is linked to the account it opens."""
        if await self._too_many(origin):
            return RegistrationRefusal.TOO_MANY
        asker = Asker.unrecognised(origin)
        code = await self.codes.send(CODE_PURPOSE, phone.e164, locale, self.clock.now(), asker=asker)
        birth_date = claimed.birth_date.oidc_birthdate()
        number = claimed.number.digits
        draft = Registration(number, claimed.name, birth_date, phone.e164, code, interaction, upstream=upstream)
        return await self.drafts.start(draft, browser)

    async def confirm_phone(self, name: str, draft: Registration, entered: str, browser: str) -> CodeVerdict:
        """Judge the code; a right one is remembered in the draft."""
        verdict = await self.codes.check(draft.code, entered, self.clock.now())
        if verdict is CodeVerdict.RIGHT:
            await self.drafts.save(name, replace(draft, phone_confirmed=True), browser)
        return verdict

    async def resend_code(self, name: str, draft: Registration, browser: str, locale: Locale) -> bool:
        """Send another code; False when enough were sent."""
        code = await self.codes.resend(draft.code, locale, self.clock.now())
        if code is not None:
            await self.drafts.save(name, replace(draft, code=code), browser)
        return code is not None

    async def judge_password(self, draft: Registration, password: str) -> PasswordProblem | None:
        """Return why the password is refused, if it is."""
        personal = (draft.number, draft.name, draft.phone, draft.birth_date)
        return await self.rules.judge(password, PasswordContext(personal))

    async def finish(self, name: str, draft: Registration, password: str, locale: Locale, origin: Origin) -> None:
        """Ask register and carriers and open the account where they allow. The draft must have a confirmed phone.

        Both are asked whatever the other says, and nothing of what they said comes back: a page that told would let
        anybody try birth dates. Two simultaneous calls open one account: the store lets a number be claimed once.
        """
        claimed, now = draft.claimed(), self.clock.now()
        await self.drafts.spend(name)
        await self.questions.count(AskedFor.REGISTRATION, draft.number, origin, now)
        outcome, phone = await asyncio.gather(
            self.proofing.prove(claimed, request_id=new_id(), purpose=REGISTER_PURPOSE, now=now, spelling_needed=True),
            self.phones.of(claimed.number, draft.phone, REGISTER_PURPOSE, now),
        )
        evidence = stronger(phone.evidence, upstream_evidence(draft.upstream, claimed, now))
        await self.opening.conclude(
            claimed, draft.phone, password, outcome, locale, origin, self.clock.now(), draft.upstream, evidence
        )
        await self.drafts.drop(name)

    async def _too_many(self, origin: Origin) -> bool:
        most = self.limits.limit(Limit.NETWORK_REGISTRATIONS)
        return not await network_admits(self.store, "registrations", origin.address, most)
