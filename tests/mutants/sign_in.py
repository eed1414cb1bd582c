"""Faults of signing in, of recovery and of what a proof by the register is worth."""

from tests.mutants.fault import Fault

FAULTS = (
    Fault(
        id="short-password-alone",
        area="sign-in",
        breaks="SP 800-63B-4 3.1.1.1: a short password never signs in without a second factor.",
        file="idp/sign_in/second_steps.py",
        text="    return (record.account.two_steps or record.password.short) and not is_strong(factors)\n",
        instead="    return record.account.two_steps and not is_strong(factors)\n",
        tests=("tests/contract/sql/factors/test_password_renewals*.py",),
    ),
    Fault(
        id="draft-of-another-browser",
        area="sign-in",
        breaks="SE-7: what a browser is in the middle of is read by that browser alone.",
        file="idp/sign_in/drafts.py",
        text='        return f"{self.kind}:{name}:{browser}"\n',
        instead='        return f"{self.kind}:{name}"\n',
        tests=("tests/flows/factors/test_second_step*.py",),
    ),
    Fault(
        id="burst-outruns-the-wait",
        area="sign-in",
        breaks="BF-5: while a wait after wrong guesses runs no further guess is let through, were it sent at once.",
        file="idp/adapters/sql/account/account_writes.py",
        text="      AND failures < :limit AND (retry_at IS NULL OR retry_at <= :now)\n",
        instead="      AND failures < :limit\n",
        tests=("tests/contract/sql/account/test_accounts*.py",),
    ),
    Fault(
        id="mail-as-a-factor",
        area="sign-in",
        breaks="SP 800-63B-4 3.1.3.1: a code by e-mail is no factor that a password is recovered by.",
        file="idp/recovery/policy.py",
        text="    factors = frozenset(shown) - {Evidence.EMAIL}\n",
        instead="    factors = frozenset(shown)\n",
        tests=("tests/unit/recovery/test_recovery_policy*.py",),
    ),
    Fault(
        id="near-is-proved",
        area="sign-in",
        breaks="A name or birth date that is only near what the register holds proves nobody.",
        file="idp/proofing/policy.py",
        text="        Verdict.NEAR: _OPEN,\n",
        instead="        Verdict.NEAR: _PROVED,\n",
        tests=("tests/unit/proofing/test_policy*.py", "tests/unit/proofing/test_service*.py"),
    ),
    Fault(
        id="consent-to-some-for-all",
        area="sign-in",
        breaks="A remembered consent covers what was agreed to, and no scope besides.",
        file="idp/protocol/authorize/interaction.py",
        text="    return not frozenset((*wanted, *claims, *apis, *purposes)) <= agreed\n",
        instead="    return frozenset((*wanted, *claims, *apis, *purposes)).isdisjoint(agreed)\n",
        tests=("tests/unit/protocol/authorize/test_interaction_steps*.py",),
    ),
)
