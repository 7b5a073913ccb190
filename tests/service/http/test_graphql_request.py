"""What headers say: read once for those that come again, and never taken for another client's."""

import pytest
from starlette.types import Scope

from service.http import graphql_request
from service.http.graphql_request import (
    EVENTS,
    GRAPHQL_JSON,
    JSON,
    CrossSite,
    NotAcceptable,
    head_of,
)


def scope(**headers: str) -> Scope:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"headers": [(name.encode(), value.encode()) for name, value in named.items()]}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{JSON};q=0.5, {GRAPHQL_JSON};q=0.6", GRAPHQL_JSON),
        (f"{JSON};q=0.6, {GRAPHQL_JSON};q=0.5", JSON),
        (f"{EVENTS}, {JSON}", JSON),
        (EVENTS, EVENTS),
        ("text/html", None),
        (f"{JSON};q=0", None),
    ],
)
def test_the_kind_that_the_client_likes_best(accept: str, media: str | None) -> None:
    head = head_of(scope(accept=accept))
    assert head.media == media
    assert head.takes_events == (EVENTS in accept)
    if media is None:
        with pytest.raises(NotAcceptable):
            head.refuse("POST")


def test_headers_that_come_again_are_not_read_again() -> None:
    first = head_of(scope(accept=JSON, content_length="10", traceparent="00-1-1-01"))
    again = head_of(scope(accept=JSON, content_length="11", traceparent="00-2-2-01"))
    assert again is first
    assert "content-length" not in first.headers


def test_an_additional_header_is_parsed_again() -> None:
    plain = head_of(scope(host="here", accept=JSON))
    other = head_of(scope(host="here", accept=JSON, origin="https://there"))
    plain.refuse("POST")
    with pytest.raises(CrossSite):
        other.refuse("POST")


def test_the_first_of_duplicate_headers_counts() -> None:
    twice = {"headers": [(b"accept", b"text/html"), (b"accept", JSON.encode())]}
    assert head_of(twice).media is None
    assert head_of({"headers": twice["headers"][::-1]}).media == JSON


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = type(graphql_request._HEAD_CACHE)()
    monkeypatch.setattr(graphql_request, "_HEAD_CACHE", kept)
    for number in range(1_100):
        head_of(scope(authorization=f"Bearer {number}"))
    assert len(kept) == 1_000
    head_of(scope(authorization="x" * 3_000_000))
    assert kept.size <= 2_000_000
