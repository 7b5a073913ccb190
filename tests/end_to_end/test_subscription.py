"""Evaluations as they change, over server-sent events: none lost over a reconnect, rights each time."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from schema.subscriptions import CHANGES_PER_READ
from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import (
    DEPUTY,
    REVIEW,
    Subject,
    an_official_of_the_cell,
)

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CELL = "ht.so-tnmt.cb"
CHANGED = """subscription ($under: ID!, $since: String) {
  evaluationChanged(under: $under, year: 2023, since: $since) {
    cursor node { id version stage track selfLevel rating { level } } } }"""
READ = httpx.Timeout(60)
EVENTS = {"Accept": "text/event-stream"}
BODY = {"query": CHANGED, "variables": {"under": CELL}}


class Events:
    """The events of one stream, as they come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self.lines = response, response.iter_lines()

    def next(self) -> Json:
        """The next event with its fields; comments are passed over."""
        collected: Json = {}
        for line in self.lines:
            name, _, value = line.partition(":")
            if name:
                collected[name] = value.removeprefix(" ")
            elif not line and collected:
                return collected
        return {"event": "end"}

    def change(self) -> Json:
        """The content of the next event; its id is the cursor."""
        event = self.next()
        assert event["event"] == "next", event
        body: Json = json.loads(event["data"])
        change: Json = body["data"]["evaluationChanged"]
        assert event["id"] == change["cursor"]
        return change

    def refusal(self) -> Json:
        """Why the stream ends; then it does."""
        body: Json = json.loads(self.next()["data"])
        assert self.next() == {"event": "complete", "data": ""}
        assert self.next() == {"event": "end"}
        error: Json = body["errors"][0]
        return error


@contextmanager
def subscribed(
    service: Service, token: str | None, last: str | None = None, **arguments: object
) -> Iterator[Events]:
    headers = {"Accept": "text/event-stream"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Last-Event-ID": last} if last else {}
    body = {"query": CHANGED, "variables": {"under": CELL} | arguments}
    url = f"{service.url}/graphql"
    with httpx.stream("POST", url, json=body, headers=headers, timeout=READ) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Events(response)


@pytest.fixture(scope="module")
def levels(service: Service) -> str:
    return service.command("token", "--service", "hr", "--scope", "read_level")


@pytest.fixture(scope="module")
def member(service: Service) -> Subject:
    return Subject(service, an_official_of_the_cell(service, 1)[0])


def reviewed_and_required_again(token_of: TokenOf, member: Subject) -> None:
    """Two commands that restore the state of the member."""
    done = member.command("recordReview", token_of(DEPUTY), review=REVIEW)
    assert done["stage"] == "REVIEWED", done
    member.command("requireReviewAgain", token_of("ht.duk.bi-thu"), reason="Chưa đủ nội dung")


def test_a_change_by_a_mutation_is_streamed(
    service: Service, token_of: TokenOf, levels: str, member: Subject
) -> None:
    with subscribed(service, levels) as events:
        assert events.change()["node"] is None
        before = member.version
        member.command("recordReview", token_of(DEPUTY), review=REVIEW)
        event = json.loads(events.next()["data"])
        node = event["data"]["evaluationChanged"]["node"]
        assert (node["id"], node["stage"], node["track"]) == (
            member.key,
            "REVIEWED",
            "PARTY_MEMBER",
        )
        assert node["version"] > before
        assert node["rating"] is None
        # What the scope does not reach is refused in the event itself.
        assert event["errors"][0]["path"] == ["evaluationChanged", "node", "selfLevel"]
        assert event["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        member.command("requireReviewAgain", token_of("ht.duk.bi-thu"), reason="Chưa đủ nội dung")
        assert events.change()["node"]["stage"] == "NOT_STARTED"


@pytest.mark.parametrize("by_header", [False, True])
def test_nothing_is_lost_over_a_reconnect_nor_given_twice(
    service: Service, levels: str, by_header: bool
) -> None:
    """More changes than are fetched at once; the reader leaves in their midst, and comes back."""
    under = "ht.thach-ha"
    change = """UPDATE appraisal SET version = version + 1 WHERE year = 2023 AND home_body_code IN
        (SELECT body_code FROM body_tree WHERE ancestor_code = $1) RETURNING id::text"""
    with subscribed(service, levels, under=under) as events:
        first = cursor = events.change()["cursor"]
    changed = sorted(service.sql(change, under))
    assert len(changed) > CHANGES_PER_READ, "more than one fetch"
    seen: list[str] = []
    for take in (1, 60, len(changed) - 61):
        last = {"last": cursor} if by_header else {"since": cursor}
        with subscribed(service, levels, under=under, **last) as events:
            assert events.change() == {"cursor": cursor, "node": None}
            for _ in range(take):
                variables = events.change()
                cursor = variables["cursor"]
                seen.append(variables["node"]["id"])
    assert seen == changed
    query = f"""{{ evaluations(year: 2023, under: "{under}", first: 500, changedSince: "%s") {{
        totalCount }} }}"""
    for since, many in ((first, len(changed)), (cursor, 0)):
        answer = service.ask(query % since, {}, levels)
        assert answer["data"]["evaluations"]["totalCount"] == many


def test_a_cursor_in_the_midst_of_changes_is_one_for_the_list_too(
    service: Service, levels: str
) -> None:
    under = "ht.thach-ha"
    change = """UPDATE appraisal SET version = version + 1 WHERE id IN (SELECT id FROM appraisal
        WHERE year = 2023 AND home_body_code IN (SELECT body_code FROM body_tree WHERE ancestor_code = $1)
        ORDER BY id LIMIT 5) RETURNING id::text"""
    with subscribed(service, levels, under=under) as events:
        events.change()
        changed = sorted(service.sql(change, under))
        variables = [events.change() for _ in range(2)]
    assert [one["node"]["id"] for one in variables] == changed[:2]
    query = """query ($since: String) { evaluations(year: 2023, under: "ht.thach-ha", first: 500,
        changedSince: $since) { edges { node { id } } } }"""
    answer = service.ask(query, {"since": variables[1]["cursor"]}, levels)
    rest = [edge["node"]["id"] for edge in answer["data"]["evaluations"]["edges"]]
    assert rest == changed[2:]
    # One of those given changes again, and comes again.
    service.sql(
        "UPDATE appraisal SET version = version + 1 WHERE id = $1::uuid RETURNING 1", changed[0]
    )
    answer = service.ask(query, {"since": variables[1]["cursor"]}, levels)
    rest = [edge["node"]["id"] for edge in answer["data"]["evaluations"]["edges"]]
    assert rest == [changed[0], *changed[2:]]


def test_changes_elsewhere_are_not_seen(
    service: Service, token_of: TokenOf, levels: str, member: Subject
) -> None:
    with subscribed(service, levels, under="ht.thach-ha") as events:
        events.change()
        reviewed_and_required_again(token_of, member)
        service.sql(
            "UPDATE appraisal SET version = version + 1 WHERE year = 2023 AND body_code = $1 RETURNING 1",
            "ht.thach-ha.hdnd",
        )
        node = events.change()["node"]
    assert node["track"] == "BODY"


@pytest.mark.parametrize(
    ("arguments", "extensions"),
    [
        ({"under": "ht.nowhere"}, {"code": "NOT_FOUND", "field": "under"}),
        ({"since": "x"}, {"code": "BAD_INPUT", "field": "since"}),
        ({"last": "x"}, {"code": "BAD_INPUT", "field": "since"}),
    ],
)
def test_a_fault_is_the_only_event(
    service: Service, levels: str, arguments: Json, extensions: Json
) -> None:
    with subscribed(service, levels, **arguments) as events:
        assert events.refusal()["extensions"] == extensions


def test_missing_tokens_and_accounts_without_the_scope_are_refused(service: Service) -> None:
    answer = httpx.post(f"{service.url}/graphql", json=BODY, headers=EVENTS, timeout=READ)
    assert refused(answer) == (401, ["UNAUTHENTICATED"])
    files = service.command("token", "--service", "hr", "--scope", "read_file")
    with subscribed(service, files) as events:
        assert events.refusal()["extensions"] == {"code": "FORBIDDEN", "clause": "QĐ124:Đ15.2"}


def refused(answer: httpx.Response) -> tuple[int, list[str]]:
    """The status, and the codes; whatever is refused is JSON."""
    assert "json" in answer.headers["content-type"]
    return answer.status_code, [each["extensions"]["code"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    "accept", ["application/json, text/event-stream", "text/event-stream, */*;q=0.1"]
)
def test_plain_queries_are_answered_plainly_whatever_else_is_accepted(
    service: Service, levels: str, accept: str
) -> None:
    headers = {"Accept": accept, "Authorization": f"Bearer {levels}"}
    url = f"{service.url}/graphql"
    body = {"query": '{ body(code: "ht") { code } }'}
    answer = httpx.post(url, json=body, headers=headers, timeout=READ)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json()["data"] == {"body": {"code": "ht"}}


DEEP = "{ evaluationChanged(under: 1, year: 2023) { node " + "{ self: rating " * 25
MANY = " ".join(f"a{number}: cursor" for number in range(101))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("subscription { nothing }", ["GRAPHQL_INVALID"]),
        ("subscription {", ["GRAPHQL_INVALID"]),
        ("subscription " + DEEP + "{ level }" + "}" * 27, ["TOO_DEEP"]),
        ("subscription { " + "cursor " * 4_000 + "}", ["TOO_MANY_TOKENS"]),
        (
            f'subscription {{ evaluationChanged(under: "ht", year: 2023) {{ {MANY} }} }}',
            ["TOO_MANY_ALIASES"],
        ),
        (CHANGED, ["GRAPHQL_INVALID"]),
    ],
)
def test_a_stream_passes_the_same_checks_as_a_request(
    service: Service, levels: str, query: str, codes: list[str]
) -> None:
    headers = EVENTS | {"Authorization": f"Bearer {levels}"}
    url = f"{service.url}/graphql"
    answer = httpx.post(url, json={"query": query}, headers=headers, timeout=READ)
    assert refused(answer) == (400, codes)


def test_a_subscription_needs_a_stream(service: Service, levels: str) -> None:
    headers = {"Authorization": f"Bearer {levels}"}
    url = f"{service.url}/graphql"
    assert refused(httpx.post(url, json=BODY, headers=headers)) == (406, ["NEEDS_STREAM"])
    by_get = {"query": CHANGED, "variables": json.dumps(BODY["variables"])}
    plain = headers | {"Accept": "application/json"}
    assert refused(httpx.get(url, params=by_get, headers=plain)) == (406, ["NEEDS_STREAM"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_is_the_only_event_for_a_client_that_accepts_only_events(
    service: Service, levels: str, method: str
) -> None:
    """As graphql-sse has it over distinct connections."""
    headers = EVENTS | {"Authorization": f"Bearer {levels}"}
    payload = {"query": '{ body(code: "ht") { code } }'}
    sent: Json = {"params": payload} if method == "GET" else {"json": payload}
    answer = httpx.request(method, f"{service.url}/graphql", headers=headers, timeout=READ, **sent)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    first, complete, rest = answer.text.split("\n\n")
    name, _, data = first.partition("\ndata: ")
    assert (name, json.loads(data)["data"]) == ("event: next", {"body": {"code": "ht"}})
    assert (complete, rest) == ("event: complete\ndata:", "")


def test_a_subscription_by_get_is_streamed(service: Service, levels: str) -> None:
    """The requests of Hive Gateway and of a browser's EventSource."""
    headers = EVENTS | {"Authorization": f"Bearer {levels}"}
    by_get = {"query": CHANGED, "variables": json.dumps(BODY["variables"])}
    url = f"{service.url}/graphql"
    with httpx.stream("GET", url, params=by_get, headers=headers, timeout=READ) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(line for line in lines if line and line != ":").startswith(("id:", "event:"))


def test_a_command_is_not_given_by_get(service: Service, levels: str) -> None:
    headers = EVENTS | {"Authorization": f"Bearer {levels}"}
    payload = {"query": "mutation { __typename }"}
    answer = httpx.get(f"{service.url}/graphql", params=payload, headers=headers, timeout=READ)
    assert refused(answer) == (405, ["ONLY_QUERIES_BY_GET"])


def test_the_metrics_show_the_streams(service: Service, levels: str) -> None:
    def number(name: str) -> float:
        text = httpx.get(f"{service.url}/metrics").text
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))

    with subscribed(service, levels) as events:
        events.change()
        assert number("xeploai_streams ") >= 1
    before = number('xeploai_streams_ended_total{why="NOT_FOUND"}')
    with subscribed(service, levels, under="ht.nowhere") as events:
        events.refusal()
    assert number('xeploai_streams_ended_total{why="NOT_FOUND"}') == before + 1
