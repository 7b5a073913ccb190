"""Vietnamese names sort as in a dictionary, persons by given name; search forgets the marks."""

import unicodedata

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.vietnamese import person_sort_key, search_key, sort_key

ALPHABET = [
    "a",
    "ă",
    "â",
    "b",
    "c",
    "d",
    "đ",
    "e",
    "ê",
    "g",
    "h",
    "i",
    "k",
    "l",
    "m",
    "n",
    "o",
    "ô",
]
ALPHABET += ["ơ", "p", "q", "r", "s", "t", "u", "ư", "v", "x", "y"]
VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]

DICTIONARY = (
    "an, An Bình, àn, ản, ãn, án, ạn, anh, ăn, ân, ba, bà, bả, bã, bá, bạ, bác, ca, da, dần, đa, "
    "đan, e, ê, gì, hoa, hoà, hỏa, i, lan, mơ, na, on, ôn, ơn, phở, quê, ta, tha, tra, un, ưn, và, "
    "xa, y, ý"
)

# A word as (places in the alphabet, its one tone, the letter that carries it).
words = st.tuples(
    st.lists(st.integers(0, len(ALPHABET) - 1), min_size=1, max_size=5),
    st.integers(0, 5),
    st.integers(0, 4),
)
names = st.lists(words, min_size=1, max_size=4)


def spelled(word: tuple[list[int], int, int]) -> str:
    letters, tone, carrier = word
    marked = [ALPHABET[letter] for letter in letters]
    marked[carrier % len(marked)] += TONES[tone]
    return unicodedata.normalize("NFC", "".join(marked))


def expected(name: list[tuple[list[int], int, int]]) -> list[tuple[list[int], int]]:
    return [(letters, tone) for letters, tone, _ in name]


def test_words_of_a_dictionary_in_their_order() -> None:
    ordered = DICTIONARY.split(", ")
    assert sorted(ordered, key=sort_key, reverse=True) == ordered[::-1]


@given(names, names)
def test_letters_count_before_tones_within_a_word_and_words_one_by_one(
    left: list[tuple[list[int], int, int]], right: list[tuple[list[int], int, int]]
) -> None:
    keys = [sort_key(" ".join(map(spelled, name))) for name in (left, right)]
    assert (keys[0] < keys[1]) == (expected(left) < expected(right))
    assert (keys[0] == keys[1]) == (expected(left) == expected(right))


@given(names)
def test_a_person_sorts_by_given_name_then_family_name_then_middle_names(
    name: list[tuple[list[int], int, int]],
) -> None:
    *family_and_middle, given_name = map(spelled, name)
    person = " ".join([*family_and_middle, given_name])
    assert person_sort_key(person) == sort_key(" ".join([given_name, *family_and_middle]))


def test_persons_in_their_order() -> None:
    ordered = ["Đặng An", "Trần Văn An", "Lê Thị Ánh", "Nguyễn Bình", "Lê Đức", "Lê Thị Xuân", "Ý"]
    assert sorted(ordered, key=person_sort_key, reverse=True) == ordered[::-1]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sở Văn hoá, Thể thao và Du lịch", "so van hoa the thao va du lich"),
        ("Ban Kinh tế - Ngân sách", "ban kinh te ngan sach"),
        ("ĐẢNG ĐOÀN", "dang doan"),
        ("Đài PT-TH số 1", "dai pt th so 1"),
        ("𝕬 ⅷ ß", "a viii ss"),
    ],
)
def test_search_forgets_marks_case_and_punctuation(name: str, key: str) -> None:
    assert search_key(name) == key


@given(st.text())
def test_keys_of_any_text_are_plain_and_do_not_depend_on_its_unicode_form(name: str) -> None:
    for key in (sort_key, person_sort_key, search_key):
        assert key(name).isascii()
        assert key(name).isprintable()
        assert key(unicodedata.normalize("NFD", name)) == key(unicodedata.normalize("NFC", name))
    assert search_key(search_key(name)) == search_key(name)


@given(names)
def test_case_does_not_count(name: list[tuple[list[int], int, int]]) -> None:
    lower = " ".join(map(spelled, name))
    assert sort_key(lower.upper()) == sort_key(lower.title()) == sort_key(lower)
    assert search_key(lower.upper()) == search_key(lower)


@pytest.mark.anyio
async def test_the_database_sorts_keys_as_we_do(connection: AsyncConnection) -> None:
    some = ["bà 1", "bà", "ba ba", "bạ", "baz", "Ω", "b~", "đa", "ea", "z", "za", "2"]
    keys = [sort_key(name) for name in some]
    rows = await connection.execute(
        text('SELECT key FROM unnest(CAST(:keys AS text[])) key ORDER BY key COLLATE "C"'),
        {"keys": keys},
    )
    assert list(rows.scalars()) == sorted(keys)


@pytest.mark.parametrize("letter", ["Ð", "Ɖ", "ð", "ɖ"])
def test_letters_that_look_like_d_with_a_stroke_are_found_and_sorted_as_it(letter: str) -> None:
    alike, name = f"Nguyễn {letter}ức", "Nguyễn Đức"
    assert search_key(alike) == search_key(name) == "nguyen duc"
    assert sort_key(alike) == sort_key(name)
    assert person_sort_key(alike) == person_sort_key(name)
