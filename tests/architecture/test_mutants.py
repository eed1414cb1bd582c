"""The sample of deliberate faults fits the product: each fault has its place, and tests that are there."""

from tests.mutants.__main__ import FAULTS
from tests.support.every import every_case
from tests.support.running.servers import REPOSITORY


def test_each_fault_has_its_place_in_the_product() -> None:
    with every_case() as cases:
        for fault in FAULTS:
            with cases.of(fault.id):
                assert fault.applied((REPOSITORY / fault.file).read_text("utf-8")) != ""


def test_each_fault_names_tests_that_are_there() -> None:
    with every_case() as cases:
        for fault in FAULTS:
            for pattern in fault.tests:
                with cases.of(fault.id, pattern):
                    assert list(REPOSITORY.glob(pattern))


def test_there_are_thirty_of_them_and_no_two_of_a_name() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS) >= 30
