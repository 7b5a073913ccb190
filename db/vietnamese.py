"""Vietnamese order and search, as plain ASCII keys that sort under COLLATE "C"."""

import unicodedata

from rules.values import with_vietnamese_letters

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
SORTED_AS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
SHAPES = "\u0302\u0306\u031b"  # the marks of â, ă and ơ: they make another letter, not a tone

_LETTER_KEY = dict(zip(LETTERS, SORTED_AS, strict=True))


def sort_key(name: str) -> str:
    """The key by which names sort as in a Vietnamese dictionary, word by word.

    Within a word the letters count first (a ă â b c d đ …), then the tones: ngang, huyền, hỏi, ngã,
    sắc, nặng. Where the tone is written (hoà, hòa) and case do not count; what is neither letter nor
    digit separates words. f, j, w and z stand where the Latin alphabet has them.
    """
    return " ".join(_word_key(word) for word in _words(name))


def person_sort_key(name: str) -> str:
    """The same for a person: given name (the last word), then family name, then middle names."""
    words = _words(name)
    return " ".join(_word_key(word) for word in words[-1:] + words[:-1])


def search_key(name: str) -> str:
    """The name as people type it in a hurry: lower case, no marks, đ as d, one space between words."""
    plain = (
        unicodedata.normalize("NFKD", with_vietnamese_letters(name)).casefold().replace("đ", "d")
    )
    kept = (
        c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c)
    )
    return " ".join("".join(kept).split())


def _words(name: str) -> list[str]:
    """The words in lower case and NFD: each letter is followed by its marks."""
    folded = unicodedata.normalize("NFD", with_vietnamese_letters(name).casefold())
    kept = (c if c.isalnum() or unicodedata.combining(c) else " " for c in folded)
    return "".join(kept).split()


def _word_key(word: str) -> str:
    """Letters, "!", tones. "!" sorts after the space between words and before every letter."""
    letters: list[str] = []
    tones = ""
    for char in word:
        if char in TONES:
            tones += TONES[char]
        elif char in SHAPES and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        elif not unicodedata.combining(char):
            letters.append(char)
    return "".join(_letter_key(letter) for letter in letters) + "!" + tones


def _letter_key(letter: str) -> str:
    """One character for a Vietnamese letter or a digit; anything else sorts after them all."""
    if letter.isascii() and letter.isdigit():
        return letter
    return _LETTER_KEY.get(letter) or f"~{ord(letter[0]):06x}"
