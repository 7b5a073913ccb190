"""Reads the rows of a CSV file strictly: every fault is noted with file and line, and reading goes on."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from db.errors import CatalogueFault
from rules.values import LETTERS_FOR_D_STROKE, BadValueError, is_shown, read_day, read_whole_number

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*")


@dataclass(slots=True)
class Faults:
    entries: list[CatalogueFault] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    """The files that could not be read; references to their rows cannot be checked."""

    def note(self, file: str, line: int, text: str) -> None:
        self.entries.append(CatalogueFault(file, line, text))


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One line; the methods that read a cell note its faults and then return None."""

    file: str
    line: int
    cells: dict[str, str]
    faults: Faults

    def fault(self, text: str) -> None:
        self.faults.note(self.file, self.line, text)

    def text(self, column: str) -> str | None:
        """A cell that may not be empty."""
        if not (cell := self.cells[column]):
            self.fault(f"{column} is empty")
        return cell or None

    def code(self, column: str) -> str | None:
        cell = self.text(column)
        if cell and not CODE.fullmatch(cell):
            self._is_not(column, "a code like ht.so-noi-vu")
            return None
        return cell

    def reference(self, column: str, known: Collection[str], what: str) -> str | None:
        """An optional cell with one of the known codes."""
        cell = self.cells[column]
        if cell and cell not in known:
            self._is_not(column, what)
            return None
        return cell or None

    def word(self, column: str, words: Sequence[Word]) -> Word | None:
        cell = self.cells[column]
        for word in words:
            if cell == word:
                return word
        self.fault(f"{column} is {cell!r}; it may be {', '.join(words)}")
        return None

    def parts(self, column: str, read: Callable[[str], Value | None]) -> tuple[Value, ...]:
        """The parts of a cell like `a;b`, each converted by `read`; a repeated part is a fault."""
        parts = self.cells[column].split(";") if self.cells[column] else []
        for repeated in sorted({part for part in parts if parts.count(part) > 1}):
            self.fault(f"{column} names {repeated!r} twice")
        return tuple(value for part in parts if (value := read(part)) is not None)

    def count(self, column: str) -> int | None:
        cell = self.cells[column]
        if not re.fullmatch(r"[1-9][0-9]{0,3}", cell):
            self._is_not(column, "a positive whole number")
            return None
        return read_whole_number(cell)

    def day(self, column: str) -> date | None:
        """An optional day; the whole column may be missing."""
        if not (cell := self.cells.get(column, "")):
            return None
        try:
            return read_day(cell)
        except BadValueError:
            self._is_not(column, "a day like 2023-11-21")
            return None

    def _is_not(self, column: str, expected: str) -> None:
        self.fault(f"{column} is {self.cells[column]!r}, which is not {expected}")


def read_rows(
    path: Path, columns: Sequence[str], optional: Sequence[str], faults: Faults
) -> list[CsvRow]:
    """The rows with the right number of cells; faults are noted in `faults`.

    A file that cannot be read as a table of these columns is one of `faults.unreadable`.
    """
    lines = _lines(path, faults)
    header = next(lines, None)
    if header is None:
        if path.name not in faults.unreadable:
            faults.unreadable.add(path.name)
            faults.note(path.name, 1, "there is nothing in it")
        return []
    names = header[1]
    if not _check_header(path.name, names, columns, optional, faults):
        faults.unreadable.add(path.name)
        return []
    rows = []
    for line, cells in lines:
        if len(cells) != len(names):
            faults.note(path.name, line, f"{len(cells)} cells, the header has {len(names)}")
            continue
        row = CsvRow(path.name, line, dict(zip(names, cells, strict=True)), faults)
        _check_text(row)
        rows.append(row)
    return rows


def _lines(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells; if a cell holds line breaks, the number is that of its last line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # spreadsheets begin it with a byte order mark
    except FileNotFoundError:
        faults.unreadable.add(path.name)
        faults.note(path.name, 1, "there is no such file")
        return
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        faults.unreadable.add(path.name)
        faults.note(path.name, line, "is not UTF-8")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.translate(LETTERS_FOR_D_STROKE) for cell in cells]
    except csv.Error as fault:
        faults.unreadable.add(path.name)
        faults.note(path.name, reader.line_num, f"is not CSV: {fault}")


def _check_header(
    file: str,
    names: Sequence[str],
    columns: Sequence[str],
    optional: Sequence[str],
    faults: Faults,
) -> bool:
    wrong = [f"unknown column {name!r}" for name in names if name not in (*columns, *optional)]
    wrong += [f"no column {name!r}" for name in columns if name not in names]
    wrong += [f"column {name!r} twice" for name in sorted(set(names)) if names.count(name) > 1]
    for text in wrong:
        faults.note(file, 1, text)
    return not wrong


def _check_text(row: CsvRow) -> None:
    for column, cell in row.cells.items():
        if not unicodedata.is_normalized("NFC", cell):
            row.fault(f"{column} is not NFC: {cell!r}")
        if cell != cell.strip() or not all(map(is_shown, cell)):
            row.fault(f"{column} has blanks around it or invisible characters in it: {cell!a}")
