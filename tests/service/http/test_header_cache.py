"""Headers that are read once: as long as they are short, and no more of them than are kept."""

from service.http.header_cache import CHARACTERS_MAX, HEADERS_CACHED_MAX, cached_header


def test_a_short_text_is_read_once_and_a_long_one_each_time() -> None:
    read: list[str] = []

    @cached_header
    def length(text: str) -> int:
        read.append(text)
        return len(text)

    short, long = "x" * CHARACTERS_MAX, "x" * (CHARACTERS_MAX + 1)
    for text in (short, short, long, long):
        assert length(text) == len(text)
    assert read == [short, long, long]


def test_no_more_are_kept_than_so_many() -> None:
    read: list[str] = []

    @cached_header
    def read_header(text: str) -> str:
        read.append(text)
        return text

    for number in range(HEADERS_CACHED_MAX + 1):
        read_header(str(number))
    read_header(str(HEADERS_CACHED_MAX))
    read_header("0")
    assert read[-2:] == [str(HEADERS_CACHED_MAX), "0"]
