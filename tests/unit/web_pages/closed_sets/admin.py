"""The closed sets that the texts of the console's pages are put together from."""

from typing import get_args

from clients.exceptions.dated import DatedMember
from clients.model import CLIENT_KINDS, STAGES
from clients.secret_age import SecretCare
from idp.admin.administrators.posts import Rule
from idp.admin.administrators.rules import WithdrawalReason
from idp.admin.agencies.rules import AgencyRule
from idp.admin.changes.model import ChangeKind, ChangeState
from idp.admin.clients.failures import FailurePlace
from idp.admin.clients.health import CheckCause, CheckKind, CheckState
from idp.admin.infrastructure.signing_keys import KeyPhase
from idp.admin.permissions import Permission
from idp.agencies.tree import AgencyKind, SuccessionKind
from idp.metrics.steps import STEPS
from idp.metrics.thresholds import AlertKind
from idp.officers.roles import Role
from idp.outbound.health import ServiceState
from idp.outbound.record import FaultKind
from idp.settings.names import SettingName
from idp.settings.notices import Severity
from idp.settings.outbound_services import REGISTERS
from idp.upstream.model import Trust
from idp.web.admin.administrators.pages import AccountState, AdministratorDone, GrantState
from idp.web.admin.agencies.pages import HINTED, AgencyChange, AgencyDone, AgencyField
from idp.web.admin.clients.doctor_pages import DoctorSaid
from idp.web.admin.clients.guided import MEMBERS, SECTIONS
from idp.web.admin.clients.pages import CHANGE_WORDS, ChangeDone, ClientDone
from idp.web.admin.clients.refusal_words import REFUSAL_WORDS
from idp.web.admin.dynamic_registration.pages import PublisherDone, TokenState
from idp.web.admin.pages import AdminRefusal
from idp.web.admin.settings.pages import SettingLabel, SettingWord
from idp.web.admin.shell_page import AdminPart

ROLES = [f"admin_role.{role}" for role in Role]
STATES = [f"administrator_state.{state}" for state in get_args(AccountState)]

NEEDS = (
    Permission.CLIENTS_APPROVE,
    Permission.CLIENTS_APPROVE_NATIONAL,
    Permission.SETTINGS_APPROVE,
    Permission.AGENCIES_APPROVE,
)

_CHECKS = [f"client_check.{cause}.{part}" for cause in CheckCause if cause for part in ("cause", "remedy")]

ADMIN_SETS = {
    ("client_doctor_said.", "page.said"): [f"client_doctor_said.{word}" for word in get_args(DoctorSaid)],
    ("client_check_kind.", "check.kind"): [f"client_check_kind.{kind}" for kind in CheckKind],
    ("client_check_state.", "check.state"): [f"client_check_state.{state}" for state in (*CheckState, "untried")],
    ("client_check.", "check.cause"): _CHECKS,
    ("client_check.", "failure.cause"): _CHECKS,
    ("client_check.", "page.key_set.cause"): [],
    ("client_deadline.", "deadline.kind"): [
        f"client_deadline.{kind}" for kind in ("certificate", "secret", *get_args(DatedMember))
    ],
    ("client_failure_place.", "failure.place"): [f"client_failure_place.{place}" for place in FailurePlace],
    ("developer_errors.", "failure.error"): [],
    ("client_refusal.", "failure.word"): [
        f"client_refusal.{word}.{part}" for word in REFUSAL_WORDS for part in ("cause", "remedy")
    ],
    ("secret_care.", "page.secret_care"): [f"secret_care.{care}" for care in get_args(SecretCare)],
    ("client_section.", "section.name"): [f"client_section.{name}" for name in SECTIONS if name != "main"],
    ("client_member.", "field.member"): [f"client_member.{member}" for member in MEMBERS],
    ("client_member.", "one.member"): [],
    ("client_hint.", "one.member"): [f"client_hint.{member}" for member in MEMBERS],
    ("client_kind.", "page.kind"): [f"client_kind.{kind}" for kind in CLIENT_KINDS],
    ("client_kind.", "kind"): [],
    ("client_stage.", "page.stage"): [f"client_stage.{stage}" for stage in STAGES],
    ("client_stage.", "client.stage"): [],
    ("client_done.", "page.done"): [f"client_done.{word}" for word in get_args(ClientDone)],
    ("change_kind.", "page.entry.shown_as"): [
        f"change_kind.{word}" for word in sorted({*ChangeKind, *CHANGE_WORDS.values()})
    ],
    ("change_kind.", "entry.shown_as"): [],
    ("change_state.", "page.entry.state"): [f"change_state.{state}" for state in ChangeState],
    ("change_state.", "entry.state"): [],
    ("change_done.", "page.done"): [f"change_done.{word}" for word in get_args(ChangeDone)],
    ("key_phase.", "key.phase"): [f"key_phase.{phase}" for phase in KeyPhase],
    ("key_tokens.", "key.phase"): [f"key_tokens.{phase}" for phase in KeyPhase],
    ("admin_breaker.", "facts.state"): [f"admin_breaker.{state}" for state in ServiceState],
    ("admin_fault.", "fault.kind"): [
        f"admin_fault.{kind}.{part}" for kind in FaultKind for part in ("cause", "remedy")
    ],
    ("status.condition_", "facts.condition"): [],
    ("upstream_trust.", "upstream.trust"): [f"upstream_trust.{trust}" for trust in Trust],
    ("change_needs.", "page.needs"): [f"change_needs.{need}" for need in NEEDS],
    ("setting_name.", "setting.name"): [f"setting_name.{name}" for name in SettingName],
    ("setting_name.", "page.name"): [],
    ("setting_name.", "entry.object_id"): [],
    # Held by the registers that the national settings know.
    ("account_register.", "group.name"): [f"account_register.{name}" for name in REGISTERS],
    ("setting_about.", "setting.name"): [f"setting_about.{name}" for name in SettingName],
    ("setting_about.", "page.name"): [],
    ("setting_label.", "one.label"): [f"setting_label.{label}" for label in get_args(SettingLabel)],
    ("setting_hint.", "one.label"): [f"setting_hint.{label}" for label in get_args(SettingLabel)],
    ("setting_word.", "choice.word"): [f"setting_word.{word}" for word in get_args(SettingWord)],
    ("shown_notice.", "notice.severity"): [f"shown_notice.{severity}" for severity in Severity],
    ("admin_part.", "link.part"): [f"admin_part.{part}" for part in get_args(AdminPart)],
    ("admin_quality.alert_", "alert.kind"): [f"admin_quality.alert_{kind}" for kind in AlertKind],
    ("admin_quality.step_", "row.step"): [f"admin_quality.step_{step}" for step in STEPS],
    ("admin_role.", "held.role"): ROLES,
    ("admin_role.", "grant.role"): ROLES,
    ("admin_role.", "role"): ROLES,
    ("admin_rule.", "problem.rule"): [f"admin_rule.{rule}" for rule in Rule],
    ("administrator_state.", "entry.state"): STATES,
    ("administrator_state.", "page.state"): STATES,
    ("administrator_grant.", "grant.state"): [f"administrator_grant.{state}" for state in get_args(GrantState)],
    ("administrator_done.", "page.done"): [f"administrator_done.{word}" for word in get_args(AdministratorDone)],
    ("administrator_reason.", "reason"): [f"administrator_reason.{reason}" for reason in WithdrawalReason],
    ("initial_token_state.", "token.state"): [f"initial_token_state.{state}" for state in get_args(TokenState)],
    ("initial_token_state.", "page.entry.state"): [],
    ("publisher_done.", "page.done"): [f"publisher_done.{word}" for word in get_args(PublisherDone)],
    ("agency_kind.", "entry.kind"): [f"agency_kind.{kind}" for kind in AgencyKind],
    ("agency_kind.", "page.kind"): [],
    ("agency_kind.", "kind"): [],
    ("agency_happened.", "one.kind"): [f"agency_happened.{kind}" for kind in SuccessionKind],
    ("agency_change.", "page.change"): [
        f"agency_change.{change}.{part}" for change in get_args(AgencyChange) for part in ("title", "help", "button")
    ],
    ("agency_change.", "one.change"): [],
    ("agency_change.", "page.done"): [f"agency_change.{change}.done" for change in get_args(AgencyDone)],
    ("agency_field.", "field"): [f"agency_field.{name}" for name in get_args(AgencyField)],
    ("agency_field.", "problem.field"): [],
    ("agency_hint.", "field"): [f"agency_hint.{name}" for name in HINTED],
    ("agency_rule.", "problem.rule"): [f"agency_rule.{rule}" for rule in AgencyRule],
    ("admin_refused.", "page.refusal"): [
        f"admin_refused.{word}.{part}" for word in get_args(AdminRefusal) for part in ("title", "help")
    ],
}
