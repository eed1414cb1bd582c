"""What administrators allow of registers and upstream providers."""

from datetime import timedelta

import pytest

from clients.document import Document
from idp.proofing.policy import REGISTER_DEADLINE
from idp.proofing.registers.health import RegisterName
from idp.settings.errors import InvalidSettingError
from idp.settings.outbound_services import (
    ALL_IN_SERVICE,
    ALL_OFFERED,
    LONGEST,
    REGISTERS,
    RegisterService,
    read_registers,
    read_upstreams,
    unknown_providers,
    without_provider,
    without_register,
)

GOOD = {"service": "in_service", "seconds": 4}


def wrong(document: Document) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSettingError) as refused:
        read_registers(document)
    return [(problem.field, problem.rule) for problem in refused.value.problems]


def test_the_registers_are_those_that_the_provider_asks_and_nobody_waits_longer_than_before() -> None:
    assert set(RegisterName) == set(REGISTERS)
    assert timedelta(seconds=LONGEST) == REGISTER_DEADLINE


def test_by_default_all_are_asked_and_all_are_offered() -> None:
    assert set(read_registers(ALL_IN_SERVICE).values()) == {RegisterService()}
    assert read_upstreams(ALL_OFFERED) == frozenset()


def test_one_register_is_taken_out_of_service_and_keeps_its_time() -> None:
    found = read_registers(without_register({"population": GOOD, "enterprise": GOOD}, "population"))
    assert found["population"] == RegisterService(in_service=False, budget=timedelta(seconds=4))
    assert found["enterprise"] == RegisterService(in_service=True, budget=timedelta(seconds=4))


def test_one_provider_more_is_not_offered() -> None:
    assert read_upstreams(without_provider(without_provider(ALL_OFFERED, "vneid"), "khac")) == {"vneid", "khac"}


@pytest.mark.parametrize(
    ("member", "value", "problem"),
    [
        ("seconds", 0, ("population.seconds", "floor")),
        ("seconds", 7, ("population.seconds", "ceiling")),
        ("seconds", True, ("population.seconds", "type")),
        ("seconds", 2.5, ("population.seconds", "type")),
        ("service", "sometimes", ("population.service", "choice")),
        ("service", True, ("population.service", "choice")),
        ("secret", "x", ("population.secret", "unknown")),
    ],
)
def test_what_is_wrong_with_a_register_is_named(member: str, value: object, problem: tuple[str, str]) -> None:
    assert wrong({"population": {**GOOD, member: value}, "enterprise": GOOD}) == [problem]


def test_every_problem_is_told() -> None:
    found = wrong({"population": {}, "other": GOOD})
    assert {field for field, _ in found} >= {"other", "population.service", "population.seconds", "enterprise"}


def test_what_nobody_runs_is_named_with_those_that_run() -> None:
    found = unknown_providers({"not_offered": ["vneid", "vnied", "khac"]}, {"vneid", "abc"})
    assert [(one.field, one.rule) for one in found] == [(f"not_offered.{n}", "no-provider") for n in (1, 2)]
    assert {one.remedy for one in found} == {"write one of abc, vneid"}
    assert unknown_providers(ALL_OFFERED, ()) == []
    (nobody,) = unknown_providers({"not_offered": ["vneid"]}, ())
    assert "empty" in nobody.remedy


@pytest.mark.parametrize("listed", [["Vneid"], ["vneid", "vneid"], [7], "vneid", ["a"] * 11, [""], None])
def test_what_is_no_list_of_providers_is_refused(listed: object) -> None:
    with pytest.raises(InvalidSettingError):
        read_upstreams({"not_offered": listed})
