"""An authenticator app in a test's hand: shows a code that is still good when it has been typed."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from idp.factors.totp.codes import code_of, step_at
from idp.kernel.secrets import Secret

# Between reading and typing a code lie a page, a hash and, on a busy machine, seconds.
_TIME_TO_TYPE = timedelta(seconds=12)


@dataclass(slots=True)
class App:
    """Never shows a code that it has shown before, as an honest person never types one."""

    secret: Secret
    last: int = field(default=0)

    def code(self) -> str:
        """Return the earliest code that is not spent and stays in the window while it is typed (RFC 6238 5.2).

        The window lets one step behind and one ahead through; the earliest is taken so that more codes are left.
        """
        while (step := max(_earliest(), self.last + 1)) > step_at(datetime.now(UTC)) + 1:
            time.sleep(1)
        self.last = step
        return code_of(self.secret, step)

    def wrong_code(self) -> str:
        """Return a code that is right at no step near by."""
        around = {code_of(self.secret, step_at(datetime.now(UTC)) + steps) for steps in range(-3, 5)}
        return next(code for n in range(20) if (code := f"{n:06d}") not in around)


def _earliest() -> int:
    return step_at(datetime.now(UTC) + _TIME_TO_TYPE) - 1
