"""Mirrors the evaluations below a body into a file: everything once, then only what changed since.

python3 pull.py YEAR BODY FILE        (XEPLOAI_URL, XEPLOAI_TOKEN)

Standard library only. The file holds the cursor and the evaluations by id.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PAGE = 500
"""Evaluations of one page; the service gives 500 at most."""
SECONDS_MAX = 60
QUERY = """
query Pull($year: Int!, $under: ID!, $first: Int!, $since: String, $after: String) {
  evaluations(year: $year, under: $under, first: $first, changedSince: $since, after: $after) {
    cursorForChanges
    pageInfo { hasNextPage endCursor }
    edges { node {
      id version track
      subject { __typename ... on Body { code name } ... on Person { id name } }
      rating { level decidedOn }
    } }
  }
}"""

Json = dict[str, Any]


class RefusedError(Exception):
    """What the service refuses; `code` is what a client decides by."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def ask(variables: Json) -> Json:
    """One page. Raises RefusedError for an answer with errors."""
    request = Request(
        os.environ.get("XEPLOAI_URL", "http://127.0.0.1:8000/graphql"),
        json.dumps({"query": QUERY, "variables": variables}).encode(),
        {
            "Authorization": f"Bearer {os.environ['XEPLOAI_TOKEN']}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        },
    )
    try:
        with urlopen(request, timeout=SECONDS_MAX) as response:
            answer = json.load(response)
    except HTTPError as refused:  # a refusal before the graph has the same form
        answer = json.load(refused)
    for error in answer.get("errors", []):
        raise RefusedError(error["extensions"]["code"], error["message"])
    evaluations: Json = answer["data"]["evaluations"]
    return evaluations


def pages(year: int, under: str, since: str | None) -> Iterator[Json]:
    """All pages of one pull; each shows the moment of the first one."""
    after = None
    while True:
        page = ask({"year": year, "under": under, "first": PAGE, "since": since, "after": after})
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def pull(year: int, under: str, mirror: Json) -> tuple[Json, int]:
    """The mirror after this pull, and how many evaluations came."""
    evaluations, cursor, count = dict(mirror["evaluations"]), mirror["cursor"], 0
    for page in pages(year, under, mirror["cursor"]):
        for edge in page["edges"]:
            evaluations[edge["node"]["id"]] = edge["node"]
            count += 1
        cursor = page["cursorForChanges"]
    return {"cursor": cursor, "evaluations": evaluations}, count


def main(year: int, under: str, file: Path) -> None:
    empty: Json = {"cursor": None, "evaluations": {}}
    mirror = json.loads(file.read_text(encoding="utf-8")) if file.exists() else empty
    try:
        mirror, count = pull(year, under, mirror)
    except RefusedError as refused:
        if refused.code != "PULL_ANEW":
            sys.exit(str(refused))
        mirror, count = pull(year, under, empty)  # the database was restored: nothing kept is sure
    # Data and cursor in one step: a cursor that is newer than the data would lose changes.
    part = file.with_suffix(".part")
    part.write_text(json.dumps(mirror, ensure_ascii=False), encoding="utf-8")
    part.replace(file)
    sys.stdout.write(f"{count} came, {len(mirror['evaluations'])} are kept\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
