"""The names that keys of the texts for portal teams are put together from."""

from collections.abc import Mapping
from typing import get_args

from msgspec.structs import fields

from clients.addresses.redirect_uris import RULES as REDIRECT_RULES
from clients.consistency import RULES
from clients.model import SECURITY_PROFILES
from clients.profiles import PROFILE_RULES
from idp.protocol.endpoints import ENDPOINTS
from idp.protocol.policy import ProtocolPolicy
from idp.web.admin_api.obtaining_tokens import token_steps
from idp.web.admin_api.problems import Code
from idp.web.developers.error_catalogue import error_families
from idp.web.developers.pages import INSPECTOR_TEXTS, PART_PATHS, AppSetting, Stack
from idp.web.developers.reference import AMR_VALUES
from idp.web.http.error_page import ErrorCode
from idp.web.legacy.pages import LegacyReason
from tests.support.builders.protocol import ISSUER

_HEADINGS = (
    "endpoints",
    "scopes",
    "levels",
    "factors",
    "lifetimes",
    "metadata",
    "profiles",
    "redirect-rules",
    "members",
)

_FAMILIES = error_families()

DEVELOPER_SETS: Mapping[tuple[str, str], list[str]] = {
    ("developers.part_", "link.part"): [f"developers.part_{part}" for part in PART_PATHS],
    ("developers.api_", "step.name"): [f"developers.api_{step.name}" for step in token_steps(ISSUER)],
    ("reference.heading_", "anchor"): [f"reference.heading_{anchor}" for anchor in _HEADINGS],
    ("reference.endpoint_", "endpoint.name"): [f"reference.endpoint_{name}" for name in ENDPOINTS],
    ("reference.amr_", "factor"): [f"reference.amr_{factor}" for factor in AMR_VALUES],
    ("reference.lifetime_", "lifetime.name"): [f"reference.lifetime_{one.name}" for one in fields(ProtocolPolicy)],
    ("security_profile.", "profile"): [f"security_profile.{label}" for label in SECURITY_PROFILES],
    ("security_profile.", "page.profile"): [f"security_profile.{label}" for label in SECURITY_PROFILES],
    ("redirect_rules.", "rule"): [
        f"redirect_rules.{rule.name}.{part}" for rule in REDIRECT_RULES for part in ("reason", "remedy")
    ],
    ("client_rules.", "rule"): [
        f"client_rules.{rule.name}.{part}" for rule in (*RULES, *PROFILE_RULES) for part in ("reason", "remedy")
    ],
    ("error_catalogue.family_", "family.name"): [f"error_catalogue.family_{family.name}" for family in _FAMILIES],
    ("developer_errors.", "row.key"): [
        f"developer_errors.{row.key}.{part}"
        for family in _FAMILIES
        for row in family.rows
        for part in ("cause", "remedy")
    ],
    ("dialect.", "reason"): [
        f"dialect.{reason}.{part}" for reason in get_args(LegacyReason) for part in ("reason", "change")
    ],
    ("api_problems.", "problem"): [f"api_problems.{code}.{part}" for code in Code for part in ("detail", "next")],
    ("errors.", "shown"): [f"errors.{code}.{part}" for code in get_args(ErrorCode) for part in ("title", "help")],
    ("code_samples.stack_", "sample.stack"): [f"code_samples.stack_{stack}" for stack in get_args(Stack)],
    ("code_samples.about_", "sample.stack"): [f"code_samples.about_{stack}" for stack in get_args(Stack)],
    ("browser_apps.setting_", "setting"): [f"browser_apps.setting_{one}" for one in get_args(AppSetting)],
    ("token_inspector_text.", "name"): [f"token_inspector_text.{name}" for name in INSPECTOR_TEXTS],
}
