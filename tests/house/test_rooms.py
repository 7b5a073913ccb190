"""The rooms are top-level packages with common names; no other distribution may provide them."""

from importlib.metadata import packages_distributions
from importlib.util import find_spec

import pytest

from tests.house.tree import ROOMS, ROOT


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_owns_the_name(room: str) -> None:
    assert set(packages_distributions().get(room, [])) <= {"xeploai"}


@pytest.mark.parametrize("room", ROOMS)
def test_the_room_that_is_imported_is_this_one(room: str) -> None:
    spec = find_spec(room)
    assert spec is not None
    assert list(spec.submodule_search_locations or []) == [str(ROOT / room)]
    assert (ROOT / room / "py.typed").exists()
