"""An entry of the transparency log as people read it."""

import pytest

from idp.officers.roles import Role
from idp.web.transparency.pages import SHOWN_KINDS, SHOWN_ROLES, read_shown

DIGEST = "sha256:" + "0f" * 32


def test_an_entry_of_a_client_in_both_languages() -> None:
    leaf = (
        b'{"at":"2026-11-25T08:30:01Z","by":{"agency":"H55","roles":["auditor"]},"digest":"%b",'
        b'"kind":"client:created","object":{"client_id":"cong-tinh"}}' % DIGEST.encode()
    )
    shown = read_shown(7, leaf, 9, "vi")
    assert (shown.index, shown.shown_as, shown.objects, shown.digest) == (7, "client_created", ("cong-tinh",), DIGEST)
    assert (shown.roles, shown.agency, shown.at) == (("auditor",), "H55", "15:30, 25/11/2026")
    assert shown.proof_url == "/transparency/proof/inclusion?index=7&size=9"
    assert read_shown(7, leaf, 9, "en").at == "15:30, 25 Nov 2026"


def test_agencies_that_went_up_in_another_are_named_with_it() -> None:
    leaf = (
        b'{"at":"2026-11-25T08:30:01Z","by":{"roles":["operator"]},"kind":"admin:agency:merged",'
        b'"object":{"agency":"H55","others":["H26","H37"]}}'
    )
    shown = read_shown(0, leaf, 1, "vi")
    assert (shown.shown_as, shown.objects) == ("admin_agency_merged", ("H55", "H26", "H37"))


def test_a_kind_and_a_role_that_nobody_has_put_in_words_are_told_by_their_names() -> None:
    leaf = b'{"at":"2026-11-25T08:30:01Z","by":{"roles":["king"]},"kind":"admin:moon:moved"}'
    shown = read_shown(0, leaf, 1, "vi")
    assert (shown.shown_as, shown.kind, shown.roles) == ("other", "admin:moon:moved", ("other",))


@pytest.mark.parametrize("leaf", [b"", b"\xff", b"[]", b'{"kind":7}', b'{"kind":"x","at":"never"}'])
def test_an_entry_that_somebody_changed_beyond_reading_says_so(leaf: bytes) -> None:
    shown = read_shown(3, leaf, 9, "vi")
    assert (shown.index, shown.shown_as, shown.at, shown.objects) == (3, "unreadable", "", ())


def test_every_role_has_a_name_and_kinds_are_as_entries_write_them() -> None:
    assert {role.value for role in Role} <= SHOWN_ROLES
    assert all(kind.isascii() and ":" not in kind for kind in SHOWN_KINDS)
