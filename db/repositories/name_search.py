"""Finding by name: without marks, in any order of the words, each by how it begins."""

from db.vietnamese import search_key


def words_beginning(alias: str, query: str) -> str:
    """A condition that the indexes of names serve; `query` is a parameter with what `query` wrote."""
    words = f"array_to_tsvector(string_to_array({alias}.search_key, ' '))"
    return f"{words} @@ CAST(CAST({query} AS text) AS tsquery)"


def query(name: str) -> str:
    """What a client typed, as PostgreSQL looks for it; empty where nothing is left to look for."""
    return " & ".join(f"'{word}':*" for word in search_key(name).split())
