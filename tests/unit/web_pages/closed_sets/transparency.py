"""The texts that the page of the transparency log puts together from closed sets."""

from idp.web.transparency.pages import OTHER, SHOWN_KINDS, SHOWN_ROLES, UNREADABLE

TRANSPARENCY_SETS = {
    ("transparency.kind_", "entry.shown_as"): [
        f"transparency.kind_{kind}" for kind in (*sorted(SHOWN_KINDS), OTHER, UNREADABLE)
    ],
    ("transparency.role_", "role"): [f"transparency.role_{role}" for role in (*sorted(SHOWN_ROLES), OTHER)],
}
