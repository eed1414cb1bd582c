"""What happens when a time is over: contacts and accounts that have waited, old phones, expired sessions."""

import asyncio
from datetime import timedelta

from idp.app.account.joining import compose_joining_jobs
from idp.app.foundation.opening import Foundation
from idp.app.recovery import compose_phones_due, compose_settling
from idp.sessions.expired import ExpiredSessions
from idp.sessions.shared_computers import SharedIdleTimeout

_AT_ONCE = 100
_LONGEST_PAUSE = timedelta(seconds=10)
# A portal learns within half a minute that nobody sits there any more.
_LOOK_EVERY = timedelta(seconds=20)
# Nearly 300,000 a day: more than a country of ninety million phones has due.
_PHONES_AT_ONCE = 200
_ASK_EVERY = timedelta(minutes=1)


async def settle_contacts(foundation: Foundation) -> None:
    """Settle what is due, for ever. Any number of processes may do this: each change is claimed by one."""
    settling = compose_settling(foundation, foundation.shared.provider)
    pause = min(_LONGEST_PAUSE, foundation.settings.change_wait / 4)
    while True:
        if await settling.run(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(pause.total_seconds())


async def join_accounts(foundation: Foundation) -> None:
    """Make one of two accounts whose wait is over, for ever; likewise in any number of processes."""
    joining = compose_joining_jobs(foundation)
    pause = min(_LONGEST_PAUSE, foundation.settings.change_wait / 4)
    while True:
        if await joining.run(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(pause.total_seconds())


async def end_idle_sessions(foundation: Foundation) -> None:
    """End sessions that rest on shared computers, for ever; likewise in any number of processes."""
    rest = SharedIdleTimeout(foundation.database.idle_sessions, foundation.database.ledger, foundation.clock)
    while True:
        if await rest.run(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


async def end_expired_sessions(foundation: Foundation) -> None:
    """End sessions that ran out and tell their portals, for ever; likewise in any number of processes."""
    over = ExpiredSessions(foundation.database.expired_sessions, foundation.database.ledger, foundation.clock)
    while True:
        if await over.run(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


async def ask_for_phones(foundation: Foundation) -> None:
    """Ask for phones that nobody confirmed for long, for ever; likewise in any number of processes.

    Never more at once: after an upgrade every phone of an old country is due, and notices of thefts must not wait
    behind them.
    """
    due = compose_phones_due(foundation)
    while True:
        await due.ask(_PHONES_AT_ONCE)
        await asyncio.sleep(_ASK_EVERY.total_seconds())
