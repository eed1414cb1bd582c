"""The enterprise register through the exchange's look-up (vietnam.md 7.2, `TraCuuThongTinDoanhNghiep`)."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import orjson

from idp.adapters.registers.exchange import MAX_BYTES, exchange
from idp.adapters.registers.gate import RegisterGate
from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError
from idp.outbound.http import HttpCaller, OutboundRequest
from idp.proofing.model import OnBehalfOf, Purpose
from idp.proofing.registers.enterprise_model import EnterpriseRecord, EnterpriseState, Representative
from idp.proofing.registers.enterprise_ports import EnterpriseAnswer, FoundEnterprise
from idp.proofing.registers.ports import Garbled, NoAnswer, NoRecord
from idp.proofing.values.enterprise_codes import CodeKind, EnterpriseCode
from idp.proofing.values.errors import DeclaredValueError, InvalidPhoneError
from idp.proofing.values.phones import PhoneNumber

# Ten zeros fail the check digit (Circular 86/2024): nobody has this code, so nothing about anybody comes back.
_NOBODYS_CODE = "0000000000"
_CODE = "MaSoDoanhNghiep"
# How the register words the state of a taxpayer ("NNT"); what it has no word for yet is no fact.
_STATES: Mapping[str, EnterpriseState] = {
    "nnt đang hoạt động": EnterpriseState.ACTIVE,
    "nnt tạm nghỉ kinh doanh": EnterpriseState.PAUSED,
    "nnt ngừng hoạt động": EnterpriseState.CLOSED,
}


class ExchangeEnterpriseRegister:
    """Asks the look-up of the exchange, behind a gate of its own; implements `EnterpriseRegister`."""

    def __init__(self, caller: HttpCaller, url: str, gate: RegisterGate) -> None:
        self._caller = caller
        self._url = f"{url.rstrip('/')}/TraCuuThongTinDoanhNghiep"
        self._gate = gate

    async def look_up(
        self,
        code: EnterpriseCode,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> EnterpriseAnswer:
        """Return what the register says within `deadline`."""
        headers = {"X-Correlation-Id": request_id, "MaDVC": purpose.code, "MaCanBo": on_behalf_of.actor}

        async def ask(left: timedelta) -> EnterpriseAnswer:
            body = await exchange(self._caller, self._question(code, headers, left))
            return _read(body) if isinstance(body, bytes) else body

        return await self._gate.ask(ask, deadline)

    async def answers(self, *, deadline: timedelta) -> bool:
        """Return whether it answered a look-up of nobody; never raises for what the register does."""

        async def ask(left: timedelta) -> EnterpriseAnswer:
            url = f"{self._url}?{_CODE}={_NOBODYS_CODE}"
            body = await exchange(self._caller, OutboundRequest("GET", url, left, max_response_bytes=MAX_BYTES))
            return _read(body) if isinstance(body, bytes) else body

        return isinstance(await self._gate.ask(ask, deadline), NoRecord | FoundEnterprise)

    def _question(self, code: EnterpriseCode, headers: Mapping[str, str], left: timedelta) -> OutboundRequest:
        asked = urlencode({_CODE: code.canonical})
        if code.kind is not CodeKind.HOUSEHOLD:
            return OutboundRequest("GET", f"{self._url}?{asked}", left, b"", headers, MAX_BYTES)
        # A household's code is its owner's personal number, which is no part of an address.
        form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        return OutboundRequest("POST", self._url, left, asked.encode(), form, MAX_BYTES)


def _read(body: bytes) -> EnterpriseAnswer:
    try:
        answer: object = orjson.loads(body)
    except ValueError:
        return Garbled("not_json")
    if not isinstance(answer, dict) or "ResultObject" not in answer:
        return Garbled("not_an_answer")
    if answer.get("ThrowException"):
        return NoAnswer("fault")
    found: object = answer["ResultObject"]
    if found is None:
        return NoRecord()
    return _record(found) if isinstance(found, dict) else Garbled("not_an_answer")


def _record(found: Mapping[object, object]) -> FoundEnterprise | Garbled:
    """Return the wanted part of a record: of what else it says nothing is kept."""
    name, state = _text(found.get("NAME")), _STATES.get(_text(found.get("ENTERPRISE_STATUS_NAME")).lower())
    representatives = _representatives(found.get("REPRESENTATIVES"))
    if not name:
        return Garbled("no_name")
    if state is None or representatives is None:
        return Garbled("unreadable_field")
    try:
        code = EnterpriseCode.parse(_text(found.get("ENTERPRISE_GDT_CODE")))
    except DeclaredValueError:
        return Garbled("unreadable_field")
    phone, email = _phone(_text(found.get("CONTACT_PHONE"))), _email(_text(found.get("CONTACT_EMAIL")))
    return FoundEnterprise(EnterpriseRecord(code, name, state, representatives, phone, email))


def _phone(written: str) -> str:
    """Return a mobile number in E.164; nothing for what no text message reaches."""
    try:
        return PhoneNumber.parse_mobile(written).e164
    except InvalidPhoneError:
        return ""


def _email(written: str) -> str:
    """Return an address that mail reaches, or nothing."""
    try:
        return EmailAddress.parse(written).text
    except InvalidEmailError:
        return ""


def _representatives(listed: object) -> tuple[Representative, ...] | None:
    """Return whom the register names, or None where it does not say it in its own structure."""
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return None
    named = tuple(Representative(_text(one.get("LEGAL_DOC_NO")), _text(one.get("FULL_NAME"))) for one in listed)
    return named if all(one.number and one.name for one in named) else None


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
