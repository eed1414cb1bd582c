"""The list of background jobs, and a process that runs nothing else."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack, suppress

from idp.app.foundation.opening import open_foundation
from idp.app.provider import Background, forever, keep_fresh
from idp.app.start import reporting_start_failure
from idp.environment import Settings
from idp.worker.alerts import watch_metrics
from idp.worker.audit_sealing import seal_audit_log
from idp.worker.client_checks import check_clients
from idp.worker.forgetting import erase_closed_accounts, forget_closed_accounts
from idp.worker.metrics_flush import store_counts
from idp.worker.metrics_rollup import add_up_days
from idp.worker.officers import end_officers_over
from idp.worker.outbox import deliver_outbox
from idp.worker.proofing import follow_register, lower_unshown_proofs, prove_waiting, recheck_old_proofs
from idp.worker.recovery_reminders import remind_of_recoveries
from idp.worker.representative_checks import begin_powers, end_mandates, recheck_guardians, recheck_representatives
from idp.worker.secret_expiry import remind_of_secrets
from idp.worker.settling import (
    ask_for_phones,
    end_expired_sessions,
    end_idle_sessions,
    join_accounts,
    settle_contacts,
)
from idp.worker.sweeps import sweep
from idp.worker.transparency import publish_transparency_log

# Each may run in any number of processes at once; the servers run them beside their requests.
BACKGROUND: tuple[Background, ...] = (
    deliver_outbox,
    prove_waiting,
    recheck_old_proofs,
    lower_unshown_proofs,
    follow_register,
    remind_of_recoveries,
    settle_contacts,
    ask_for_phones,
    join_accounts,
    end_idle_sessions,
    end_expired_sessions,
    end_officers_over,
    recheck_representatives,
    recheck_guardians,
    begin_powers,
    end_mandates,
    sweep,
    erase_closed_accounts,
    forget_closed_accounts,
    seal_audit_log,
    publish_transparency_log,
    store_counts,
    add_up_days,
    watch_metrics,
    remind_of_secrets,
    check_clients,
)


async def run_worker(settings: Settings) -> None:
    """Run the jobs alone, without a web server, until cancelled."""
    async with AsyncExitStack() as stack:
        try:
            foundation = await open_foundation(settings, stack)
        except Exception as error:
            if reporting_start_failure(error):
                sys.exit(1)
            raise
        print("idp worker: delivering", file=sys.stderr, flush=True)
        await asyncio.gather(*(forever(job, foundation) for job in (keep_fresh, *BACKGROUND)))


async def run_until_stopped(settings: Settings) -> None:
    """Run the jobs until SIGTERM or Ctrl-C."""
    task, loop = asyncio.ensure_future(run_worker(settings)), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
