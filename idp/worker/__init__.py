"""Background jobs: whatever goes on without a person waiting for it."""

from idp.worker.jobs import BACKGROUND, run_until_stopped
from idp.worker.outbox import deliver_outbox

__all__ = ["BACKGROUND", "deliver_outbox", "run_until_stopped"]
