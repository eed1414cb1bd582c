"""`python -m bench timing`: do known and unknown identifiers take the same time? Case EN-1 as distributions."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.timing_store import KNOWN, TWO_STEPS, UNKNOWN, fill
from idp.adapters.hashing.argon2_pool import Argon2Pool
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.app.delegation.mandates import compose_objections
from idp.app.foundation.opening import Foundation, open_foundation
from idp.app.foundation.pages import compose_pages, compose_ratings
from idp.app.recovery import compose_recovery
from idp.app.sign_in import Citizens, compose_citizens
from idp.audit.model import Origin
from idp.environment import Settings
from idp.kernel.ids import new_id
from idp.kernel.secrets import new_secret
from idp.proofing.model import ClaimedIdentity, ProofOutcome, Verdict
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.policy import Evidence
from idp.sign_in.password import SignInContext
from idp.web.recovery.dependencies import RecoveryDependencies
from migrations.runner import upgrade
from records.structs import replace

SAMPLES = 1_000
# Case EN-1: a classifier that is right more often than this tells the two apart.
BOUND = 0.05
_WRONG = "a-wrong-but-long-Passphrase-3"
# Cheaper than in production by far, so that the hash hides nothing else: stricter than what an attacker can see.
_SMALL = Argon2Parameters(memory_kib=64, passes=1)

Ask = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Rig:
    citizens: Citizens
    recovery: RecoveryDependencies
    foundation: Foundation

    async def sign_in(self, number: str) -> object:
        """Try a wrong password."""
        return await self.citizens.sign_in.attempt(number, _WRONG, SignInContext(None, new_secret(), (), _origin()))

    async def end_registration(self, number: str) -> None:
        """Open an account, or find that there is one."""
        now = self.foundation.clock.now()
        claimed = ClaimedIdentity(PersonalNumber(number), "Người Đo Tải", BirthDate.parse("1990"))
        outcome = ProofOutcome(Verdict.NO_ANSWER, new_id(), now)
        opening, phone = self.citizens.registrations.opening, f"+8450{number[-7:]}"
        await opening.conclude(claimed, phone, _WRONG, outcome, "vi", _origin(), now)

    async def start_recovery(self, number: str) -> object:
        """Name the account and ask for a code by SMS."""
        browser, recoveries = new_secret(), self.recovery.recoveries
        name = await recoveries.begin(PersonalNumber(number), browser, _origin())
        draft = await self.recovery.drafts.load(str(name), browser)
        if draft is None:
            raise RuntimeError(f"no recovery began: {name}")
        return await recoveries.ask(str(name), draft, Evidence.SMS, browser, "vi", _origin())


@dataclass(frozen=True, slots=True)
class Line:
    """One path: both medians in microseconds and how well time tells them apart, 0.5 being not at all."""

    path: str
    known_us: float
    unknown_us: float
    auc: float

    @property
    def distinguished(self) -> bool:
        """Say whether the two can be told apart."""
        return abs(self.auc - 0.5) > BOUND


def measure(samples: int, *, small_hashes: bool = False) -> list[Line]:
    """Return a line for each path, each with so many samples of either kind, in random order."""
    parameters = _SMALL if small_hashes else Argon2Parameters()
    with tempfile.TemporaryDirectory(prefix="idp-timing-") as folder:
        return asyncio.run(_measure(Path(folder), samples, parameters))


def area(known: Sequence[float], unknown: Sequence[float]) -> float:
    """Return the chance that a known one takes longer than an unknown one (Mann and Whitney's U over all pairs)."""
    ordered = sorted([(time, 1) for time in known] + [(time, 0) for time in unknown])
    ranks = sum(place for place, (_, is_known) in enumerate(ordered, 1) if is_known)
    return (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


def render(lines: Sequence[Line], conditions: Mapping[str, str]) -> str:
    """Return the table and how it was made."""
    reported = [f"- {name}: {value}" for name, value in conditions.items()]
    rows = [
        f"| {line.path} | {line.known_us:,.0f} | {line.unknown_us:,.0f} | {line.auc:.3f} | "
        f"{'**told apart**' if line.distinguished else 'no'} |"
        for line in lines
    ]
    head = ["| path | known, median us | unknown, median us | AUC | told apart |", "| --- | ---: | ---: | ---: | --- |"]
    return "\n".join(["# Known and unknown identifiers", "", *reported, "", *head, *rows, ""])


async def _measure(folder: Path, samples: int, parameters: Argon2Parameters) -> list[Line]:
    async with _rig(folder, samples, parameters) as rig:
        paths: list[tuple[str, Ask, str, str]] = [
            ("sign-in", rig.sign_in, KNOWN, UNKNOWN),
            ("sign-in, two steps", rig.sign_in, TWO_STEPS, UNKNOWN),
            ("registration end", rig.end_registration, KNOWN, UNKNOWN),
            ("recovery start", rig.start_recovery, KNOWN, UNKNOWN),
        ]
        return [await _line(name, ask, known, unknown, samples) for name, ask, known, unknown in paths]


async def _line(path: str, ask: Ask, known: str, unknown: str, samples: int) -> Line:
    times: dict[str, list[float]] = {known: [], unknown: []}
    order = [kind for kind in (known, unknown) for _ in range(samples)]
    random.Random(samples).shuffle(order)
    for kind in order:
        # Every number once for each path: no wait that earlier tries earned comes in between.
        number = f"{kind}{len(times[kind]):06d}"
        began = perf_counter()
        await ask(number)
        times[kind].append((perf_counter() - began) * 1e6)
        # What was noted or enqueued meanwhile is not the next one's time.
        await asyncio.sleep(0)
    return Line(path, median(times[known]), median(times[unknown]), area(times[known], times[unknown]))


@asynccontextmanager
async def _rig(folder: Path, samples: int, parameters: Argon2Parameters) -> AsyncIterator[_Rig]:
    settings = Settings(
        issuer="https://signon.example",
        database_url=f"sqlite+aiosqlite:///{folder}/idp.db",
        master_key_file=folder / "master.key",
    )
    await asyncio.to_thread(upgrade, settings.database_url)
    async with AsyncExitStack() as stack:
        hasher = Argon2Pool(parameters)
        stack.callback(hasher.close)
        foundation = replace(await open_foundation(settings, stack), hasher=hasher)
        await fill(foundation, samples)
        provider = foundation.shared.provider
        web, ratings = compose_pages(foundation, provider), compose_ratings(foundation)
        recovery = compose_recovery(foundation, provider, web, ratings, compose_objections(foundation))
        yield _Rig(compose_citizens(foundation, provider), recovery, foundation)


def _origin() -> Origin:
    """Return an address that nobody tried from (RFC 3849): the network's limit is not what is measured."""
    return Origin(new_id(), f"2001:db8::{random.getrandbits(64):x}")
