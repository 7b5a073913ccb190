"""Search by name: without diacritics, by the prefixes of words in any order."""

from db.vietnamese import search_key


def words_beginning(alias: str, query: str) -> str:
    """An SQL condition that uses the indexes of names; `query` is a parameter with a result of `query`."""
    words = f"array_to_tsvector(string_to_array({alias}.search_key, ' '))"
    return f"{words} @@ CAST(CAST({query} AS text) AS tsquery)"


def query(name: str) -> str:
    """The text of a client as a PostgreSQL search query; empty if no word is left to search for."""
    return " & ".join(f"'{word}':*" for word in search_key(name).split())
