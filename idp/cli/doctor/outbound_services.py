"""The doctor's look at other systems: the short-lived store, the registers, the message gateway."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import RedisLink
from idp.adapters.redis.shortlived import RedisShortLivedStore
from idp.app.foundation.gateways import gateway_caller
from idp.app.foundation.registers import compose_registers
from idp.cli.doctor.findings import Finding, Verdict, fail, ok, warn
from idp.environment import Settings
from idp.kernel.clock import SystemClock
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import write_and_read
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.outbound.record import FaultKind, ServiceRecord
from idp.settings.live import LiveSettings

_PATIENCE = timedelta(seconds=2)


async def check_short_lived_store(settings: Settings) -> Finding:
    """Write to Redis and read back, or say that there is none."""
    what = "short-lived store"
    if not settings.redis_url:
        return ok(what, "in the server process; enough for one process")
    async with AsyncExitStack() as stack:
        link = RedisLink(parse_address(settings.redis_url), on_failure=lambda _: None)
        stack.push_async_callback(link.close)
        try:
            await write_and_read(RedisShortLivedStore(link))
        except TemporarilyUnavailableError as error:
            return fail(
                what,
                f"Redis does not keep what is written ({error.detail})",
                "start it, give it room, or correct IDP_REDIS_URL",
            )
    return ok(what, "Redis keeps what is written")


async def check_registers(settings: Settings, caller: HttpCaller) -> list[Finding]:
    """Return whether the registers answer. Without the population register identities stay unproved."""
    if not settings.population_register_url:
        unset = warn(
            "population register",
            "is not set, so new accounts wait for their proof of identity",
            "set IDP_POPULATION_REGISTER_URL",
        )
        findings = [unset]
    else:
        findings = [await _probe("population register", settings.population_register_url, caller)]
    if settings.enterprise_register_url:
        findings.append(await _probe("enterprise register", settings.enterprise_register_url, caller))
    asked = await _ask_about_nobody(settings, caller, [one.what for one in findings if one.verdict is Verdict.OK])
    return [asked.get(one.what, one) for one in findings]


async def _ask_about_nobody(settings: Settings, caller: HttpCaller, reached: list[str]) -> Mapping[str, Finding]:
    """Return what those registers say to the question that servers ask about nobody: a page is no answer to it."""
    if not reached:
        return {}
    clock = SystemClock()
    registers = compose_registers(settings, caller, clock, MemoryShortLivedStore(clock), LiveSettings(clock))
    for heartbeat in registers.heartbeats:
        await heartbeat.beat()
    records = {f"{line.name} register": await line.watch.record() for line in registers.services}
    return {what: _judged(what, records[what]) for what in reached}


def _judged(what: str, record: ServiceRecord) -> Finding:
    if not record.faults:
        return ok(what, "answers a question")
    fault = record.faults[0]
    if fault.kind is FaultKind.CREDENTIALS:
        return fail(what, f"does not let us ask ({fault.cause})", "correct user, secret and key of its settings")
    found = f"is reached and answers no question ({fault.cause})"
    return fail(what, found, "ask its operator whether it is in maintenance; if not, check its kind and address")


async def check_message_gateway(settings: Settings) -> Finding:
    """Return whether the gateway answers. Nothing is sent."""
    if not settings.message_gateway_url:
        found = "is not set: nobody can register, and nobody gets a code by SMS"
        return fail("message gateway", found, "set IDP_MESSAGE_GATEWAY_URL")
    async with gateway_caller(settings) as caller:
        return await _probe("message gateway", settings.message_gateway_url, caller)


async def _probe(what: str, url: str, caller: HttpCaller) -> Finding:
    """Ask with GET, which changes nothing there. Any status is an answer: these addresses expect POST."""
    try:
        response = await caller.call(OutboundRequest("GET", url, _PATIENCE))
    except EgressError as error:
        match error.reason:
            case "refused":
                return fail(
                    what, f"must not be called ({error})", "allow its address in IDP_EGRESS_ALLOW, or use https"
                )
            case "certificate":
                remedy = "if its authority is right, add it to IDP_EXTRA_CA_FILE; else ask its operator"
                return fail(what, f"shows a certificate that is not trusted ({error})", remedy)
            case "oversized":
                return ok(what, "answers")
            case _:
                found = f"does not answer within {_PATIENCE.seconds} s ({error})"
                return fail(what, found, "ask its operator; if it moved, correct the setting")
    return ok(what, f"answers (status {response.status})")
