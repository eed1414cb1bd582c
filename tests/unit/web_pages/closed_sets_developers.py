"""The names that keys of the texts for portal teams are put together from."""

from collections.abc import Mapping
from dataclasses import fields

from clients.consistency import RULES
from clients.redirect_uris import RULES as REDIRECT_RULES
from idp.protocol.policy import ProtocolPolicy
from idp.web.developers.reference import AMR_VALUES
from idp.web.pages.developers import PART_PATHS
from idp.web.routes import ENDPOINTS

_HEADINGS = ("endpoints", "scopes", "levels", "factors", "lifetimes", "metadata", "redirect-rules", "members")

DEVELOPER_SETS: Mapping[tuple[str, str], list[str]] = {
    ("developers.part_", "link.part"): [f"developers.part_{part}" for part in PART_PATHS],
    ("reference.heading_", "anchor"): [f"reference.heading_{anchor}" for anchor in _HEADINGS],
    ("reference.endpoint_", "endpoint.name"): [f"reference.endpoint_{name}" for name in ENDPOINTS],
    ("reference.amr_", "factor"): [f"reference.amr_{factor}" for factor in AMR_VALUES],
    ("reference.lifetime_", "lifetime.name"): [f"reference.lifetime_{one.name}" for one in fields(ProtocolPolicy)],
    ("redirect_rules.", "rule"): [
        f"redirect_rules.{rule.name}.{part}" for rule in REDIRECT_RULES for part in ("reason", "remedy")
    ],
    ("client_rules.", "rule"): [f"client_rules.{rule.name}.{part}" for rule in RULES for part in ("reason", "remedy")],
}
