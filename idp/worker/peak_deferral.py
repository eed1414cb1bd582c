"""Defers work that can wait while the calendar of peaks says so."""

import asyncio
from datetime import timedelta

from idp.app.foundation.opening import Foundation

_LOOK_AGAIN = timedelta(seconds=30)


async def after_the_peak(foundation: Foundation) -> None:
    """Return once no peak lets background work rest: at once where none runs."""
    while True:
        if not foundation.national_settings.background_rests():
            return
        await asyncio.sleep(_LOOK_AGAIN.total_seconds())
