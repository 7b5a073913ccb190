"""Reads a table of an edition strictly: every key is known, has its type, and is read once."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar
from unicodedata import is_normalized

from rules.texts.law import share

Word = TypeVar("Word", bound=StrEnum)


class EditionError(ValueError):
    """An edition with an unknown or wrong entry. The message begins with its path."""


class StrictTable:
    """A TOML table in which every key must be read; `path` is its position in the file."""

    def __init__(self, path: str, content: object) -> None:
        if not isinstance(content, dict):
            raise EditionError(f"{path}: was {content!r}; must be a table")
        self.path = path
        self._left = dict(content)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or not value:
            raise EditionError(f"{self.path}.{key}: was {value!r}; must be a text")
        if not is_normalized("NFC", value):
            raise EditionError(f"{self.path}.{key}: must be in Unicode's form NFC")
        return value

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if key in self._left else None

    def flag(self, key: str) -> bool:
        """A Boolean; an absent key is false."""
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            raise EditionError(f"{self.path}.{key}: was {value!r}; may be true or false")
        return value

    def whole(self, key: str) -> int:
        value = self._take(key, None)
        if not isinstance(value, int) or isinstance(value, bool):
            raise EditionError(f"{self.path}.{key}: was {value!r}; must be a whole number")
        return value

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers, which may be empty."""
        value = self._take(key, None)
        if not isinstance(value, list) or not all(type(entry) is int for entry in value):
            raise EditionError(f"{self.path}.{key}: was {value!r}; must be a list of whole numbers")
        return tuple(value)

    def maybe_whole(self, key: str) -> int | None:
        return self.whole(key) if key in self._left else None

    def day(self, key: str) -> date:
        """A day as TOML writes it: 2026-11-30."""
        value = self._take(key, None)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise EditionError(f"{self.path}.{key}: was {value!r}; must be a day, like 2026-11-30")
        return value

    def number(self, key: str) -> Fraction:
        """An exact number: "20%" is 1/5, "1.5" is 3/2."""
        value = self.text(key)
        try:
            return share(value)
        except (ValueError, ZeroDivisionError) as fault:
            raise EditionError(f'{self.path}.{key}: was {value!r}; like "20%" or "1.5"') from fault

    def word(self, key: str, words: type[Word]) -> Word:
        return self._word(key, self.text(key), words)

    def maybe_word(self, key: str, words: type[Word]) -> Word | None:
        return self.word(key, words) if key in self._left else None

    def some_texts(self, key: str) -> tuple[str, ...]:
        if value := self.texts(key):
            return value
        raise EditionError(f"{self.path}.{key}: was empty; must name at least one")

    def words(self, key: str, words: type[Word]) -> tuple[Word, ...]:
        """A list of members of `words`; an absent key is an empty list."""
        return tuple(self._word(key, value, words) for value in self.texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent key is an empty list."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise EditionError(f"{self.path}.{key}: was {value!r}; must be a list of texts")
        return tuple(value)

    def table(self, key: str) -> "StrictTable":
        return StrictTable(f"{self.path}.{key}", self._take(key, {}))

    def tables(self, key: str) -> Iterator["StrictTable"]:
        """The tables of a list with at least one table; each is closed after its iteration."""
        value = self._take(key, [])
        if not isinstance(value, list) or not value:
            raise EditionError(f"{self.path}.{key}: was {value!r}; must be a list of tables")
        for number, content in enumerate(value):
            table = StrictTable(f"{self.path}.{key}.{number}", content)
            yield table
            table.close()

    def named(self) -> Iterator[tuple[str, "StrictTable"]]:
        """The tables under the remaining keys; each is closed after its iteration."""
        for key in list(self._left):
            table = self.table(key)
            yield key, table
            table.close()

    def numbers(self) -> Mapping[str, Fraction]:
        """All remaining keys, each with its number."""
        return {key: self.number(key) for key in list(self._left)}

    def close(self) -> None:
        """Raises EditionError where a key was not read, since it would have no effect."""
        if self._left:
            raise EditionError(f"{self.path}.{next(iter(self._left))}: unknown key")

    def _take(self, key: str, default: object) -> object:
        return self._left.pop(key, default)

    def _word(self, key: str, value: str, words: type[Word]) -> Word:
        try:
            return words(value)
        except ValueError as fault:
            known = ", ".join(words)
            raise EditionError(f"{self.path}.{key}: was {value!r}; may be {known}") from fault
