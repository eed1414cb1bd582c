"""`python -m bench.strangers`: are recognised devices served while strangers guess at as many accounts as they can?"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.timing_store import KNOWN, UNKNOWN, fill
from idp.app.foundation.opening import open_foundation
from idp.app.sign_in import compose_citizens
from idp.audit.model import Origin
from idp.environment import Settings
from idp.kernel.errors import BusyError
from idp.kernel.ids import new_id
from idp.kernel.secrets import new_secret
from idp.sign_in.password import SignedIn, SignIn, SignInContext
from migrations.runner import upgrade

STRANGERS, RECOGNISED, ROUNDS = 180, 8, 5
RESULT = Path(__file__).parent / "results" / "strangers.md"
_PASSWORD = "bench-Password-of-nobody-1"
_WRONG = "a-wrong-but-long-Passphrase-3"


@dataclass(slots=True)
class _Seen:
    """What became of the sign-ins, and how long those of recognised devices took."""

    strangers: Counter[str] = field(default_factory=Counter)
    recognised: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


async def _guess(sign_in: SignIn, place: int, seen: _Seen, done: Callable[[], bool]) -> None:
    """Guess without a pause, each guesser from a network of its own, at a number without an account."""
    while not done():
        origin = Origin(new_id(), f"2001:db8:{place:x}::1")
        try:
            outcome = await sign_in.attempt(
                f"{UNKNOWN}{place:06d}", _WRONG, SignInContext(None, new_secret(), (), origin)
            )
            seen.strangers[str(outcome)] += 1
        except BusyError:
            seen.strangers["busy page"] += 1
            # Whoever is told to come again in two seconds and does not.
            await asyncio.sleep(0.02)


async def _come_back(sign_in: SignIn, place: int, secret: str, seen: _Seen) -> None:
    """Sign in from a device that the account knows."""
    origin, began = Origin(new_id(), f"192.0.2.{place + 1}"), perf_counter()
    try:
        outcome = await sign_in.attempt(
            f"{KNOWN}{place:06d}", _PASSWORD, SignInContext(None, new_secret(), (secret,), origin)
        )
        seen.recognised["served" if isinstance(outcome, SignedIn) else "refused"] += 1
    except BusyError:
        seen.recognised["busy page"] += 1
    seen.seconds.append(perf_counter() - began)


async def _secret_of(sign_in: SignIn, place: int) -> str:
    """Sign in once, so that the account knows the device from then on."""
    origin = Origin(new_id(), f"192.0.2.{place + 1}")
    outcome = await sign_in.attempt(f"{KNOWN}{place:06d}", _PASSWORD, SignInContext(None, new_secret(), (), origin))
    if not isinstance(outcome, SignedIn) or outcome.device_secret is None:
        raise RuntimeError(f"nobody signed in: {outcome}")
    return outcome.device_secret


async def measure(folder: Path) -> tuple[_Seen, int]:
    """Return what was seen, and how many strangers the process took itself to serve at once."""
    settings = Settings(
        issuer="https://signon.example",
        database_url=f"sqlite+aiosqlite:///{folder}/idp.db",
        master_key_file=folder / "master.key",
    )
    await asyncio.to_thread(upgrade, settings.database_url)
    async with AsyncExitStack() as stack:
        foundation = await open_foundation(settings, stack)
        await fill(foundation, RECOGNISED)
        sign_in, seen = compose_citizens(foundation, foundation.shared.provider).sign_in, _Seen()
        secrets = [await _secret_of(sign_in, place) for place in range(RECOGNISED)]
        over = asyncio.Event()
        guessing = [asyncio.create_task(_guess(sign_in, n, seen, over.is_set)) for n in range(STRANGERS)]
        for _ in range(ROUNDS):
            await asyncio.sleep(1)
            await asyncio.gather(*(_come_back(sign_in, n, secret, seen) for n, secret in enumerate(secrets)))
        over.set()
        await asyncio.gather(*guessing)
        return seen, foundation.admission.most


def render(seen: _Seen, admission: int) -> str:
    """Return the table and how it was made."""
    rows = [f"| strangers: {name} | {number} |" for name, number in sorted(seen.strangers.items())]
    rows += [f"| recognised devices: {name} | {number} |" for name, number in sorted(seen.recognised.items())]
    times = sorted(seen.seconds)
    lines = [
        "# Recognised devices while strangers guess",
        "",
        f"- {STRANGERS} guessers without a pause, each from a network of its own",
        f"- {RECOGNISED} recognised devices at once, {ROUNDS} times; one process, SQLite, {datetime.now(UTC):%Y-%m-%d}",
        f"- strangers admitted at once, as measured at the start: {admission}",
        f"- a recognised device's sign-in: median {median(times):.2f} s, slowest {times[-1]:.2f} s",
        "",
        "| outcome | times |",
        "| --- | ---: |",
        *rows,
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="idp-strangers-") as name:
        table = render(*asyncio.run(measure(Path(name))))
    print(table)
    RESULT.write_text(table, "utf-8")
