"""Faults of what is stored: conditions of statements, of one engine alone where its text is its own."""

from tests.mutants.fault import Fault

FAULTS = (
    Fault(
        id="grant-of-an-ended-session",
        area="stores",
        breaks="I7, on SQLite: no grant starts in a session that has ended.",
        file="idp/adapters/sql/grants/writes.py",
        text="      AND s.ended_at IS NULL AND s.expires_at > :created_at",
        instead="      AND s.expires_at > :created_at",
        tests=("tests/contract/sql/grants/test_grants*.py",),
    ),
    Fault(
        id="rotated-after-revocation",
        area="stores",
        breaks="I8, in PostgreSQL's batches: nothing is rotated once its grant is revoked.",
        file="idp/adapters/sql/engine/postgres_batches.py",
        text="                WHERE {_NOT_REVOKED}),\n            won AS (\n",
        instead="                WHERE TRUE),\n            won AS (\n",
        tests=("tests/contract/sql/grants/test_families*.py",),
    ),
    Fault(
        id="rest-without-end",
        area="stores",
        breaks="SP 800-63B-4 2.2.3: a session that rested too long is over.",
        file="idp/adapters/sql/sessions/reads.py",
        text=" AND s.idle_until > asked.now\n",
        instead="\n",
        tests=("tests/contract/sql/sessions/test_idle_sessions*.py",),
    ),
    Fault(
        id="step-used-twice",
        area="stores",
        breaks="RFC 6238 5.2: a step of an authenticator app is accepted once.",
        file="idp/adapters/sql/factors/writes.py",
        text="AND last_step < :last_step\n",
        instead="AND last_step <= :last_step\n",
        tests=("tests/contract/sql/factors/test_factors*.py",),
    ),
    Fault(
        id="one-power-opens-all",
        area="stores",
        breaks="Whoever passes a mandate on gives none of the powers that they lack.",
        file="idp/adapters/sql/delegation/writes.py",
        text='_NO_MORE_POWERS = " AND ".join(\n',
        instead='_NO_MORE_POWERS = " OR ".join(\n',
        tests=("tests/contract/sql/delegation/test_mandates*.py",),
    ),
    Fault(
        id="window-that-slides",
        area="stores",
        breaks="The window of a counter starts with its first count; later ones do not prolong it.",
        file="idp/adapters/memory/shortlived.py",
        text="        self._entries[key] = (value, entry[1])\n",
        instead="        self._entries[key] = (value, now + window)\n",
        tests=("tests/contract/shortlived/test_contract*.py",),
    ),
    Fault(
        id="reason-not-sealed",
        area="stores",
        breaks="A checkpoint shows whatever was changed of an event, its reason too.",
        file="idp/audit/entries.py",
        text='"session_id", "reason", "details"),\n',
        instead='"session_id", "details"),\n',
        tests=("tests/unit/audit/test_entries*.py", "tests/contract/sql/audit/test_tampering*.py"),
    ),
)
