"""What is told to everybody: the page of the public transparency log, and pages of numbers."""

from idp.web.http.page import Page
from idp.web.transparency.pages import CheckpointFacts, ShownEntry, TransparencyPage
from tests.unit.web_pages.samples.admin_metrics import admin_metrics_pages
from tests.unit.web_pages.samples.open_data import open_data_pages


def transparency_pages(text: str) -> list[Page]:
    """Return the pages of numbers, the page with entries of each shape, and the page before anything was signed."""
    whole = ShownEntry(
        index=7,
        shown_as="other",
        kind=text,
        at=text,
        objects=(text, text),
        digest=text,
        roles=("auditor", "other"),
        agency=text,
        proof_url=f"/transparency/proof/inclusion?x={text}",
    )
    bare = ShownEntry(
        index=6,
        shown_as="unreadable",
        kind="",
        at="",
        objects=(),
        digest="",
        roles=(),
        agency="",
        proof_url="/transparency/proof/inclusion",
    )
    return [
        *open_data_pages(text),
        *admin_metrics_pages(text),
        TransparencyPage(
            other_language_url=f"/transparency?lang=en&x={text}",
            origin=text,
            checkpoint=CheckpointFacts(size=8, root=text, at=text),
            entries=(whole, bare),
            older_url=f"/transparency?before={text}",
            newest_url=f"/transparency?x={text}",
        ),
        TransparencyPage(
            other_language_url="/transparency?lang=en",
            origin=text,
            checkpoint=None,
            entries=(),
            older_url=None,
            newest_url=None,
        ),
    ]
