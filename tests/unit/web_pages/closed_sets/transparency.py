"""The texts that the page of the transparency log puts together from closed sets."""

from idp.web.transparency.pages import OTHER, TOLD_KINDS, TOLD_ROLES, UNREADABLE

TRANSPARENCY_SETS = {
    ("transparency.kind_", "entry.told_as"): [
        f"transparency.kind_{kind}" for kind in (*sorted(TOLD_KINDS), OTHER, UNREADABLE)
    ],
    ("transparency.role_", "role"): [f"transparency.role_{role}" for role in (*sorted(TOLD_ROLES), OTHER)],
}
