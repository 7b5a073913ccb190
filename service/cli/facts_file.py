"""Reads files of facts for `xeploai judge`: JSON or TOML, limited in size, without repeated fields."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rules.facts.fault import FAULTS_LISTED_MAX, Fault, text_of
from service.errors import FactsProblem

FILE_BYTES_MAX = 4 * 1024 * 1024
"""Bytes of a file: about 2,000 leaders with all facts. A larger file is refused before it is parsed; a whole
province is rated in the registry."""
BYTE_ORDER_MARK = "utf-8-sig"
"""UTF-8 with an optional byte order mark, as Windows writes it."""
VIETNAMESE = (("line", "dòng"), ("column", "cột"), ("end of document", "cuối tệp"))
"""Words of the parsers' messages for places, with their translation."""


def read_subjects(path: Path, language: str) -> list[object]:
    """The subjects of a file: one subject, a list of them, or a table with the list `subjects`.

    Raises:
        FactsProblem: the file is missing, too large, not JSON or TOML in UTF-8, or holds no subject.
    """
    text = _text(path, language)
    read = _toml(path, text, language) if path.suffix == ".toml" else _json(path, text, language)
    if isinstance(read, dict) and set(read) == {"subjects"}:
        read = read["subjects"]
    subjects: list[object] = read if isinstance(read, list) else [read]
    if not subjects:
        raise _unreadable(
            path,
            language,
            vi="không có đối tượng nào; `xeploai judge --schema` cho biết phải ghi gì",
            en="holds no subject; `xeploai judge --schema` says what it may hold",
        )
    return subjects


def refusal(path: Path, faults: Sequence[Fault], language: str) -> FactsProblem:
    """The refusal of a file: its first faults line by line, and the number of the others."""
    count, left = len(faults), len(faults) - FAULTS_LISTED_MAX
    lines = [fault.sentence(language) for fault in faults[:FAULTS_LISTED_MAX]]
    if language == "vi":
        head, more = f"{path}: {count} lỗi", f"và {left} lỗi khác"
    else:
        head = f"{path}: {count} faults" if count > 1 else f"{path}: a fault"
        more = f"and {left} more"
    return FactsProblem("\n  ".join([head, *lines, *([more] if left > 0 else [])]))


def _text(path: Path, language: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as fault:
        vi, en = "không mở được tệp để đọc", f"cannot be read ({fault.strerror})"
        raise _unreadable(path, language, vi=vi, en=en) from fault
    if len(content) > FILE_BYTES_MAX:
        mebibytes = FILE_BYTES_MAX // 1024**2
        raise _unreadable(
            path,
            language,
            vi=f"quá lớn; tệp tối đa {mebibytes} MiB",
            en=f"too large; a file has at most {mebibytes} MiB",
        )
    try:
        return content.decode(BYTE_ORDER_MARK)
    except UnicodeDecodeError as fault:
        raise _unreadable(
            path,
            language,
            vi=f"không đọc được: byte thứ {fault.start + 1} không phải UTF-8",
            en=f"cannot be read: byte {fault.start + 1} is not UTF-8",
        ) from fault


def _toml(path: Path, text: str, language: str) -> object:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise _not_of_form(path, language, "TOML", _place_in_toml(fault)) from fault


def _place_in_toml(fault: Exception) -> str:
    """The place at the end of a message of `tomllib`: (at line 3, column 5)."""
    _, separator, place = str(fault).rpartition("(at ")
    return place.rstrip(")") if separator else ""


def _json(path: Path, text: str, language: str) -> object:
    """Parse JSON. A repeated field is refused, because the parser would drop one of its values."""
    twice: dict[int, list[str]] = {}
    tables: list[dict[str, object]] = []  # keeps the tables alive, so that no id is reused

    def without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
        table: dict[str, object] = {}
        for name, value in pairs:
            if name in table:
                twice.setdefault(id(table), []).append(name)
            table[name] = value
        if id(table) in twice:
            tables.append(table)
        return table

    try:
        read: object = json.loads(text, object_pairs_hook=without_repeats)
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise _not_of_form(path, language, "JSON", place) from fault
    except (ValueError, RecursionError) as fault:
        raise _not_of_form(path, language, "JSON", "") from fault
    if twice:
        raise refusal(path, list(_repeated(read, twice)), language)
    return read


def _repeated(read: object, twice: Mapping[int, list[str]]) -> Iterator[Fault]:
    """A fault for each repeated field, by its path in the parsed document."""
    left: list[tuple[tuple[str | int, ...], object]] = [((), read)]
    while left:
        path, value = left.pop()
        inner: list[tuple[str | int, object]] = []
        if isinstance(value, dict):
            for name in twice.get(id(value), ()):
                en, vi = "there once, but stands twice", "chỉ ghi một lần, nhưng đã ghi hai lần"
                yield Fault(text_of((*path, name)), value[name], en, vi)
            inner = list(value.items())
        elif isinstance(value, list):
            inner = list(enumerate(value))
        left += [((*path, step), item) for step, item in reversed(inner)]


def _not_of_form(path: Path, language: str, form: str, place: str) -> FactsProblem:
    where = f" ({place})" if place else ""
    vi_where = where
    for word, vi_word in VIETNAMESE:
        vi_where = vi_where.replace(word, vi_word)
    return _unreadable(
        path,
        language,
        vi=f"không đọc được: không phải {form} đúng{vi_where}",
        en=f"cannot be read: no sound {form}{where}",
    )


def _unreadable(path: Path, language: str, *, vi: str, en: str) -> FactsProblem:
    return FactsProblem(f"{path}: {vi if language == 'vi' else en}")
