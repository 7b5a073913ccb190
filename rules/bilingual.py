"""A text in Vietnamese and English, filled with the same values in both languages."""

from typing import NamedTuple


class Bilingual(NamedTuple):
    """One text in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The Vietnamese text for `vi`, the English text for every other language."""
        return self.vi if language == "vi" else self.en

    def filled(self, **values: object) -> "Bilingual":
        """Both texts with their values filled in; a bilingual value is used in the same language."""
        return Bilingual(*(_filled(text, values, at) for at, text in enumerate(self)))


NOTHING = Bilingual("", "")


def same(text: object) -> Bilingual:
    """A text that is the same in both languages: a number, the name of a document."""
    written = str(text)
    return Bilingual(written, written)


def joined(separator: str, *texts: Bilingual) -> Bilingual:
    """The texts that are not empty, joined in order."""
    present = [text for text in texts if text.vi]
    return Bilingual(
        separator.join(text.vi for text in present), separator.join(text.en for text in present)
    )


def _filled(text: str, values: dict[str, object], at: int) -> str:
    return text.format(
        **{
            name: value[at] if isinstance(value, Bilingual) else value
            for name, value in values.items()
        }
    )
