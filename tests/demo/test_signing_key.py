"""The key of a demonstration: made once, for its owner's eyes alone."""

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demo.signing_key import KEY_FILE, demonstration_key
from service.errors import KeysProblem


@pytest.fixture
def loose_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("loose_umask")
def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    demonstration_key(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_the_key_is_made_once(tmp_path: Path) -> None:
    data_dir = tmp_path / "made" / "too"
    assert demonstration_key(data_dir).kid == demonstration_key(data_dir).kid
    assert [path.name for path in data_dir.iterdir()] == [KEY_FILE]


def test_all_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: demonstration_key(tmp_path).kid, range(64)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'{"kty": "RSA"}'])
def test_a_malformed_key_file_is_reported(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(KeysProblem, match="is no key; delete it, and a new one is made"):
        demonstration_key(tmp_path)


def test_a_directory_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysProblem, match=r"cannot be used \([A-Z][a-z ]+\); set DATA_DIR"):
        demonstration_key(tmp_path / "file")
