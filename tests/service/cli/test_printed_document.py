"""A printed document: printed, written or compared."""

from pathlib import Path

import pytest

from service.cli.printed_document import write_or_check
from service.errors import StaleDocument

TEXT = "Điều 12\n"


def test_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_or_check(tmp_path / "law.md", TEXT, check=False, write=False)
    assert capsys.readouterr().out == TEXT
    assert list(tmp_path.iterdir()) == []


def test_the_written_document_is_current(tmp_path: Path) -> None:
    path = tmp_path / "law.md"
    write_or_check(path, TEXT, check=False, write=True)
    write_or_check(path, TEXT, check=True, write=False)
    assert path.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("before", [None, "", "Điều 12"])
def test_another_text_is_stale(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "law.md"
    if before is not None:
        path.write_text(before, encoding="utf-8")
    with pytest.raises(StaleDocument, match=r"law\.md is not current; `make documents` writes it"):
        write_or_check(path, TEXT, check=True, write=False)
