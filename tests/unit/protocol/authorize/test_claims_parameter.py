"""The form of the `claims` parameter: what the standard allows is read, all else refused, and all of it bounded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.authorize.claims_parameter import (
    MAX_BYTES,
    MAX_CLAIMS,
    MAX_DEPTH,
    ClaimsAt,
    ClaimsParameter,
    ClaimsRefusedError,
    Demand,
    parse_claims,
)

# The example of OIDC Core 5.5, claims of ours in place of those that nobody has.
EXAMPLE = """
{"userinfo": {"given_name": {"essential": true}, "nickname": null, "email": {"essential": true},
              "email_verified": {"essential": true}, "picture": null, "http://example.info/claims/groups": null},
 "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"]}}}
"""


def refused(text: str) -> ClaimsRefusedError:
    with pytest.raises(ClaimsRefusedError) as caught:
        parse_claims(text)
    assert caught.value.error.code == "invalid_request"
    return caught.value


def is_read_or_refused(text: str) -> bool:
    try:
        return isinstance(parse_claims(text), ClaimsParameter)
    except ClaimsRefusedError as error:
        return error.error.code == "invalid_request"


def nested(depth: int) -> str:
    return '{"userinfo":{"name":{"x":' + "[" * (depth - 3) + "]" * (depth - 3) + "}}}"


def test_oidc_core_5_5_the_example_of_the_standard_is_read_whole() -> None:
    essential = Demand(essential=True)
    assert parse_claims(EXAMPLE) == ClaimsParameter(
        ClaimsAt(
            {
                "given_name": essential,
                "nickname": Demand(),
                "email": essential,
                "email_verified": essential,
                "picture": Demand(),
                "http://example.info/claims/groups": Demand(),
            }
        ),
        ClaimsAt({"auth_time": essential, "acr": Demand(values=("urn:mace:incommon:iap:silver",))}),
    )


def test_oidc_core_5_5_1_value_and_values_are_the_values_that_will_do() -> None:
    asked = parse_claims('{"id_token":{"sub":{"value":"24828"},"acr":{"values":["a","b"],"essential":true}}}').id_token
    assert asked.plain == {"sub": Demand(values=("24828",)), "acr": Demand(essential=True, values=("a", "b"))}


@pytest.mark.parametrize(
    "text",
    [
        '{"userinfo":{"name":{"essential":false,"reason":"because"}}}',
        '{"userinfo":{"name":null},"else":{"name":17}}',
        '{"userinfo":null,"id_token":null}',
        "{}",
    ],
)
def test_oidc_core_5_5_members_that_are_not_understood_are_ignored(text: str) -> None:
    assert parse_claims(text).userinfo.plain.get("name", Demand()) == Demand()


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "null", "[]", '"userinfo"', "17", "{'userinfo':{}}", '{"userinfo":{}}x', "\ufeff{}"),
        *('{"userinfo":[]}', '{"userinfo":"name"}', '{"id_token":{"acr":[]}}', '{"id_token":{"acr":"loa3"}}'),
        *('{"userinfo":{"name":true}}', '{"userinfo":{"name":{"essential":"true"}}}'),
        *('{"userinfo":{"name":{"essential":null}}}', '{"userinfo":{"name":{"values":"a"}}}'),
        *('{"userinfo":{"name":{"values":[]}}}', '{"userinfo":{"name":{"value":"a","values":["a"]}}}'),
        *('{"userinfo":{"name":{"value":null}}}', '{"userinfo":{"name":{"values":["a",null]}}}'),
        *('{"userinfo":{"updated_at":{"value":1.5}}}', '{"userinfo":{"updated_at":{"value":1e400}}}'),
        *('{"userinfo":{"updated_at":{"value":NaN}}}', '{"userinfo":{"updated_at":{"value":9007199254740992}}}'),
        *('{"userinfo":{"name":{"value":"\\ud800"}}}', '{"userinfo":{"\\ud800":null}}'),
        '{"userinfo":{"name":{"value":{"a":"\\udfff"}}}}',
        '{"userinfo":{"updated_at":{"value":' + "9" * 4000 + "}}}",
    ],
)
def test_oidc_core_5_5_what_has_not_this_form_is_invalid_request(text: str) -> None:
    refused(text)


@pytest.mark.parametrize("text", ['{"userinfo":{},"userinfo":{"name":null}}', '{"userinfo":{"name":null,"name":null}}'])
def test_rfc8259_4_a_name_that_stands_twice_is_refused(text: str) -> None:
    refused(text)


def test_the_parameter_is_bounded_in_size_members_values_and_depth() -> None:
    claims = {f"claim{n}": None for n in range(MAX_CLAIMS)}
    assert len(parse_claims(json.dumps({"userinfo": claims})).userinfo.plain) == MAX_CLAIMS
    refused(json.dumps({"userinfo": claims, "id_token": {"one": None}}))
    name = "n" * (MAX_BYTES - len('{"userinfo":{"":null}}'))
    assert name in parse_claims(f'{{"userinfo":{{"{name}":null}}}}').userinfo.plain
    refused(f'{{"userinfo":{{"{name}n":null}}}}')
    ten = [str(n) for n in range(10)]
    assert parse_claims(json.dumps({"userinfo": {"name": {"values": ten}}})).userinfo.plain["name"].values == tuple(ten)
    refused(json.dumps({"userinfo": {"name": {"values": [*ten, "x"]}}}))
    parse_claims(nested(MAX_DEPTH))
    refused(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize("opened", ["[", '{"a":', '{"userinfo":{"name":'])
def test_ds_1_nesting_without_end_is_refused_and_costs_nothing(opened: str) -> None:
    refused(opened * (MAX_BYTES // len(opened)))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_PLACES = st.dictionaries(st.sampled_from(["name", "acr", "sub", "email", "x"]), _JSON, max_size=4)


@given(st.fixed_dictionaries({}, optional={"userinfo": _PLACES | _JSON, "id_token": _PLACES | _JSON}))
def test_whatever_json_comes_is_read_or_refused(value: dict[str, object]) -> None:
    assert is_read_or_refused(json.dumps(value))


@given(st.text())
def test_whatever_text_comes_is_read_or_refused(text: str) -> None:
    assert is_read_or_refused(text)
