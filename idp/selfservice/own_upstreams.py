"""One's own links to upstream providers: seen, and removed."""

from collections.abc import Sequence

from msgspec import Struct

from idp.accounts.changes import BeginChange
from idp.accounts.notices import NoticeKind
from idp.accounts.upstream_links import UnlinkUpstream, UpstreamLink, UpstreamLinkReader
from idp.audit.model import EventName, Origin
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.selfservice.factor_events import owner_of
from idp.selfservice.notices import Notices
from idp.selfservice.upstream_arrivals import upstream_event
from idp.sessions.model import SessionView


def mark_of(link: UpstreamLink) -> str:
    """Return what names a link on its owner's page."""
    return link.subject_index.hex()[:32]


class OwnUpstreams(Struct, frozen=True):
    """Removes links for their owner, who has shown two factors a short while ago."""

    links: UpstreamLinkReader
    ledger: Ledger
    notices: Notices
    clock: Clock

    async def of(self, view: SessionView) -> Sequence[UpstreamLink]:
        """Return the links of the account."""
        return await self.links.of_account(view.account.person_id, view.account.id)

    async def unlink(self, view: SessionView, mark: str, origin: Origin) -> bool:
        """Remove the link with this mark; False if it is gone or the last way in."""
        links, now, account = await self.of(view), self.clock.now(), view.account
        link = next((one for one in links if mark_of(one) == mark), None)
        if link is None:
            return False
        return await self.ledger.commit(
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            UnlinkUpstream(
                person_id=account.person_id,
                account_id=account.id,
                provider=link.provider,
                subject_index=link.subject_index,
                at=now,
            ),
            upstream_event(EventName.UPSTREAM_UNLINKED, account, link.provider, origin, now),
            *self.notices.tell(owner_of(view), NoticeKind.FACTOR_REMOVED, now, {"factor": "upstream"}),
        )
