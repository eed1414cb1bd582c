"""Sign-in by a passkey alone: no number is typed, no password, and nobody's wrong passwords stand in the way."""

from msgspec import Struct

from idp.factors.passkey.service import PasskeyRefusal, Passkeys
from idp.kernel.clock import Clock
from idp.sessions.browser_sessions import BrowserSessions, EvidenceUsedError
from idp.sign_in.devices import KnownDevices
from idp.sign_in.password import SignedIn, SignInContext


class PasskeySignIn(Struct, frozen=True):
    """Signs in whoever shows a passkey: possession and user verification, two factors at once (SP 800-63B-4 3.1.7)."""

    passkeys: Passkeys
    devices: KnownDevices
    sessions: BrowserSessions
    clock: Clock

    async def attempt(self, name: str, answer: str, context: SignInContext) -> SignedIn | PasskeyRefusal:
        """Return the new session for the `answer` to the challenge `name`, or why not.

        The challenge, the key's counter and the session are written together: one answer sent twice, at once or later,
        signs in once.
        """
        now, origin, shared = self.clock.now(), context.origin, context.shared_computer
        proof = await self.passkeys.verify(name, answer, context.browser, None, origin, now)
        if isinstance(proof, PasskeyRefusal):
            return proof
        arrival = await self.devices.arrive(proof.reachable, context.devices, origin, now, shared_computer=shared)
        try:
            cookie = await self.sessions.authenticated(
                proof.account,
                frozenset({proof.factor}),
                context.before,
                origin,
                now,
                (*proof.effects, *arrival.effects),
                shared_computer=shared,
                device_id=arrival.device_id,
                waiting=frozenset({proof.factor}) if proof.waits else frozenset(),
            )
        except EvidenceUsedError:
            return PasskeyRefusal.REFUSED
        return SignedIn(cookie, arrival.new_secret)
