"""The page of the public transparency log."""

from idp.web.pages.transparency import CheckpointFacts, ShownEntry, TransparencyPage


def transparency_pages(text: str) -> list[TransparencyPage]:
    """Return the page with entries of each shape, and the page before anything was signed."""
    whole = ShownEntry(
        index=7,
        told_as="other",
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
        told_as="unreadable",
        kind="",
        at="",
        objects=(),
        digest="",
        roles=(),
        agency="",
        proof_url="/transparency/proof/inclusion",
    )
    return [
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
