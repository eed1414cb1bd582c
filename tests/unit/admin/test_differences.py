"""A change as people read it."""

import pytest

from clients.document import Document
from idp.admin.changes.differences import MemberDifference, differences


@pytest.mark.parametrize(
    ("before", "after", "reported"),
    [
        ({"a": "x"}, {"a": "x"}, ()),
        ({"a": "x"}, {"a": "y"}, (MemberDifference("a", ("x",), ("y",)),)),
        ({}, {"a": True}, (MemberDifference("a", (), ("true",)),)),
        ({"a": 1}, {}, (MemberDifference("a", ("1",), ()),)),
        ({"u": ["1", "2"]}, {"u": ["2", "3"]}, (MemberDifference("u", ("1",), ("3",)),)),
        ({"u": ["1", "2"]}, {"u": ["2", "1"]}, (MemberDifference("u", ("1", "2"), ("2", "1")),)),
        ({"scope": "openid email"}, {"scope": "openid"}, (MemberDifference("scope", ("email",), ()),)),
        ({"b": {"x": "1"}}, {"b": {"x": "1", "y": "2"}}, (MemberDifference("b", (), ("y: 2",)),)),
        ({"k": {"keys": [{"kid": "1"}]}}, {}, (MemberDifference("k", ('keys: [{"kid":"1"}]',), ()),)),
    ],
    ids=["same", "other", "new", "gone", "items", "order", "scope", "names", "nested"],
)
def test_what_differs_is_told(before: Document, after: Document, reported: tuple[MemberDifference, ...]) -> None:
    assert differences(before, after) == reported
