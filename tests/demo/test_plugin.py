"""The package is what the service takes for a demonstration."""

from demo import plugin
from service.demonstration import Demonstration, demonstration


def test_the_service_finds_the_package_by_its_name() -> None:
    installed: Demonstration = plugin  # mypy compares every signature
    assert demonstration() is installed
