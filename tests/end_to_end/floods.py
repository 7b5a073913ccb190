"""Floods: abusive loads of one caller against a running service. Each sends until a time and counts the answers."""

import asyncio
import base64
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from itertools import chain, count, repeat as repeated
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from db.repositories.document import BYTES_MAX
from tests.end_to_end.flood_target import (
    MEBIBYTE,
    Connection,
    Json,
    Target,
    json_body,
    label_of,
    open_connection,
    request,
)

Answers = Counter[str]
Flood = Callable[[Target, float], Coroutine[Any, Any, Answers]]
Step = Callable[[Connection, int], Awaitable[str]]

REOPEN_SECONDS = 0.05
"""Seconds before a closed connection is opened again."""

CONNECTIONS = 16
PAPER = {"number": "1", "date": "2023-12-01"}
PIECE_BYTES = 256 << 10
UPLOADS, DOWNLOADS, STREAMS, BODIES, PROBES, HEADS, DRIPPED = 40, 30, 120, 1_000, 1_500, 4, 200


async def run_until(until: float, works: list[Coroutine[Any, Any, None]]) -> None:
    """Run all coroutines until the time `until`, and cancel them then."""
    tasks = [asyncio.create_task(work) for work in works]
    await asyncio.wait(tasks, timeout=max(0, until - time.monotonic()))
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


async def repeat(
    target: Target, until: float, connections: int, step: Step, *, is_used_again: bool = True
) -> Answers:
    """Repeat `step` over several concurrent connections; a closed connection is opened again."""
    answers, numbers = Counter[str](), count()

    async def work() -> None:
        while True:
            try:
                async with open_connection(target) as connection:
                    answers[await step(connection, next(numbers))] += 1
                    while is_used_again:
                        answers[await step(connection, next(numbers))] += 1
            except (OSError, EOFError):
                answers["closed"] += 1
            await asyncio.sleep(REOPEN_SECONDS)

    await run_until(until, [work() for _ in range(connections)])
    return answers


def graph_step(body_of: Callable[[int], bytes], token: str | None) -> Step:
    """A step that sends a GraphQL request; `body_of` makes its body from the number of the request."""

    async def step(connection: Connection, number: int) -> str:
        return label_of(*await connection.ask(body=body_of(number), token=token))

    return step


async def days(target: Target, until: float) -> Answers:
    """A length in days whose exact value has twenty million digits."""
    query = """mutation ($t: TargetInput!, $r: ReviewInput!) {
        recordReview(target: $t, review: $r) { __typename } }"""

    def body_of(number: int) -> bytes:
        days = ("1e20000000", "1e999999999", "1e-300000")[number % 3]
        review = {"place": "ht", "heldOn": "2023-12-01", "days": days, "minutes": PAPER}
        return json_body(query, {"t": command_on(target.compiled), "r": review})

    return await repeat(target, until, CONNECTIONS, graph_step(body_of, target.caller))


def command_on(appraisal: str) -> Json:
    return {"appraisal": appraisal, "expectedVersion": 2, "idempotencyKey": str(uuid4())}


def boolean_operation(fields: list[str]) -> Callable[[int], bytes]:
    """An operation with a Boolean variable for each field; the bits of the number are their values."""
    declared = ", ".join(f"$b{number}: Boolean!" for number in range(len(fields)))
    selected = " ".join(
        f"{name} @include(if: $b{number})"
        if "{" not in name
        else name.replace("{", f"@include(if: $b{number}) {{", 1)
        for number, name in enumerate(fields)
    )

    def body_of(number: int) -> bytes:
        booleans = {f"b{place}": bool(number >> place & 1) for place in range(len(fields))}
        return json_body(f"query ({declared}) {{ {selected} }}", booleans)

    return body_of


async def booleans(target: Target, until: float) -> Answers:
    """A new combination of 20 Booleans in each request, over a large selection."""
    fat = "code name kind tier parent { code name parent { code name } }"
    fields = [f'f{number}: body(code: "ht") {{ {fat} }}' for number in range(20)]
    return await repeat(
        target,
        until,
        CONNECTIONS,
        graph_step(scatter_bits(boolean_operation(fields)), target.caller),
    )


async def booleans_without_token(target: Target, until: float) -> Answers:
    """A new combination of 45 Booleans in each request, without a token."""
    fields = [f"f{number}: __typename" for number in range(45)]
    return await repeat(
        target, until, CONNECTIONS, graph_step(scatter_bits(boolean_operation(fields)), None)
    )


def scatter_bits(body_of: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Multiply the number, so that consecutive numbers differ in many bits."""
    return lambda number: body_of(number * 0x9E3779B97F4A7C15 >> 7)


async def aliases(target: Target, until: float) -> Answers:
    """A new alias in each request: a new SQL text, which PostgreSQL would cache."""

    def body_of(number: int) -> bytes:
        inner = f"z{number}: name children(first: 3) {{ edges {{ node {{ code name appraisal(year: 2022) {{ id }} }} }} }}"
        roots = " ".join(f'r{root}: body(code: "ht") {{ {inner} }}' for root in range(5))
        return json_body(f"{{ {roots} }}")

    return await repeat(target, until, CONNECTIONS, graph_step(body_of, target.caller))


async def names(target: Target, until: float) -> Answers:
    """Operation names of 99,000 letters, without a token; each 40th request reads the metrics."""

    async def step(connection: Connection, number: int) -> str:
        if number % 40 == 39:
            status, content = await connection.ask("/metrics")
            return f"{status} metrics {'below' if len(content) < MEBIBYTE else 'above'} 1 MiB"
        name = f"N{number}_{'A' * 99_000}"
        return label_of(*await connection.ask(body=json_body(f"query {name} {{ __typename }}")))

    return await repeat(target, until, 4, step)


async def refused_fields(target: Target, until: float) -> Answers:
    """Fields of the file that the caller may not read, on whole pages; as many as the cost limit allows."""

    def page(name: str, fields: int) -> str:
        selected = " ".join(f"s{number}: selfLevel" for number in range(fields))
        return f'{name}: evaluations(year: 2023, under: "ht", first: 500) {{ edges {{ node {{ {selected} }} }} }}'

    questions = [
        json_body(f"{{ {page('e', 98)} }}"),
        json_body("{ " + " ".join(page(f"e{root}", 6) for root in range(14)) + " }"),
        json_body(f"{{ {page('e', 9)} }}"),
        json_body(f"{{ {page('e', 19)} }}"),
    ]
    return await repeat(
        target, until, 4, graph_step(lambda number: questions[number % 4], target.caller)
    )


async def counting(target: Target, until: float) -> Answers:
    """Counts over a whole year by a frequent word; as many as the cost limit allows."""

    def body_of(number: int) -> bytes:
        counted = (
            'evaluations(year: 2023, under: "ht", first: 1, filter: {name: "n"}) { totalCount }'
        )
        roots = range(50 if number % 4 == 0 else 24)
        return json_body("{ " + " ".join(f"a{number}_{root}: {counted}" for root in roots) + " }")

    return await repeat(target, until, 24, graph_step(body_of, target.caller))


async def conclude(target: Target, until: float) -> Answers:
    """All appraisals of the year in one command, by a caller who may rate none of them."""
    query = "mutation ($i: ConcludeInput!) { conclude(input: $i) { __typename } }"

    def body_of(_: int) -> bytes:
        decisions = [
            {"appraisal": key, "expectedVersion": 1, "level": "GOOD"} for key in target.appraisals
        ]
        command = {"year": 2023, "group": target.group, "document": PAPER, "decisions": decisions}
        return json_body(query, {"i": command | {"idempotencyKey": str(uuid4())}})

    return await repeat(target, until, 30, graph_step(body_of, target.caller))


async def introspection(target: Target, until: float) -> Answers:
    """Nested introspection, from 38 roots and from as many as the cost limit allows."""
    inner = "types { fields { type { fields { type { name } } } } }"

    def body_of(number: int) -> bytes:
        roots = range(38 if number % 2 else 1)
        return json_body(
            "{ " + " ".join(f"s{root}: __schema {{ {inner} }}" for root in roots) + " }"
        )

    return await repeat(target, until, 8, graph_step(body_of, None))


async def streams(target: Target, until: float) -> Answers:
    """More subscriptions of one person than the total limit; each is held open as long as possible."""
    body = json_body('subscription { evaluationChanged(under: "ht", year: 2023) { cursor } }')
    events = {"Accept": "text/event-stream"}

    async def step(connection: Connection, _: int) -> str:
        status, content = await connection.ask(body=body, token=target.caller, headers=events)
        if status == 200:
            await connection.reader.read()
            return "200 ended"
        await asyncio.sleep(REOPEN_SECONDS)
        return label_of(status, content)

    return await repeat(target, until, STREAMS, step)


async def send_in_pieces(connection: Connection, pieces: Iterable[bytes]) -> str:
    """Send pieces until the answer arrives or none is left; returns the label of the answer."""
    answer = asyncio.create_task(connection.answer())
    try:
        for piece in pieces:
            if answer.done():
                break
            connection.writer.write(piece)
            await connection.writer.drain()
        return label_of(*await answer)
    except (OSError, EOFError):
        if answer.done() and not answer.exception():
            return label_of(*answer.result())
        raise
    finally:
        answer.cancel()
        await asyncio.wait([answer])


async def uploads(target: Target, until: float) -> Answers:
    """Uploads of 20 MiB whose last byte is never sent."""
    query = urlencode(
        {"paper": "other", "number": "1", "issued_on": "2023-12-01", "issuer": "Sở Tư pháp"}
    )
    digest = base64.b64encode(bytes(32)).decode()
    head = "\r\n".join(
        [
            f"PUT /appraisals/{target.rated}/documents?{query} HTTP/1.1",
            f"Host: {target.host}",
            f"Authorization: Bearer {target.caller}",
            "Content-Type: application/pdf",
            f"Content-Digest: sha-256=:{digest}:",
            f"Content-Length: {BYTES_MAX}",
            "\r\n",
        ]
    )

    body = b"x" * (BYTES_MAX - 1)

    def pieces() -> Iterator[bytes]:
        yield head.encode()
        for start in range(0, len(body), PIECE_BYTES):
            yield body[start : start + PIECE_BYTES]

    async def step(connection: Connection, _: int) -> str:
        return await send_in_pieces(connection, pieces())

    return await repeat(target, until, UPLOADS, step, is_used_again=False)


async def downloads(target: Target, until: float) -> Answers:
    """Downloads of 20 MiB whose answer is never read."""

    async def step(connection: Connection, _: int) -> str:
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a socket
        path = f"/documents/{target.document}"
        connection.writer.write(request(connection.host, path, None, target.caller))
        await asyncio.Event().wait()
        return "never"

    return await repeat(target, until, DOWNLOADS, step)


async def invented_keys(target: Target, until: float) -> Answers:
    """Tokens with invented key ids; the issuer answers slowly."""

    def part(value: Json) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    async def step(connection: Connection, number: int) -> str:
        head = part({"alg": "ES256", "typ": "at+jwt", "kid": f"invented {number}"})
        token = f"{head}.{part({'iss': target.issuer, 'sub': str(uuid4())})}.{'A' * 86}"
        return label_of(*await connection.ask(body=json_body("{ __typename }"), token=token))

    return await repeat(target, until, DRIPPED, step)


async def bodies(target: Target, until: float) -> Answers:
    """Requests whose body is never sent."""

    async def step(connection: Connection, _: int) -> str:
        head = request(connection.host, "/graphql", b"x" * 1_000)[:-1_000]
        connection.writer.write(head)
        return label_of(*await connection.answer())

    return await repeat(target, until, BODIES, step)


async def heads(target: Target, until: float) -> Answers:
    """A header of 100 MB, and a million headers."""
    begin, many = b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n" * 50_000

    async def step(connection: Connection, number: int) -> str:
        long = chain([begin, b"X: "], repeated(b"x" * PIECE_BYTES, 100_000_000 // PIECE_BYTES))
        pieces = chain([begin], repeated(many, 20)) if number % 2 else long
        return await send_in_pieces(connection, pieces)

    return await repeat(target, until, HEADS, step, is_used_again=False)


async def blanks(target: Target, until: float) -> Answers:
    """A token after a million blanks, and after as many as a header may hold."""

    def body_of(number: int) -> bytes:
        return json_body("{ __typename }" + " " * (number % 100))

    async def step(connection: Connection, number: int) -> str:
        width = 1_000_000 if number % 2 else 12_000 + number % 3_000
        token = " " * width + target.caller
        return label_of(*await connection.ask(body=body_of(number), token=token))

    return await repeat(target, until, CONNECTIONS, step)


async def readiness(target: Target, until: float) -> Answers:
    """Probes of /readyz over 1,500 connections."""

    async def step(connection: Connection, _: int) -> str:
        return label_of(*await connection.ask("/readyz"))

    return await repeat(target, until, PROBES, step)


FLOODS: dict[str, Flood] = {
    "days of 20,000,000 digits": days,
    "combinations of 20 Booleans": booleans,
    "of 45 Booleans, without a token": booleans_without_token,
    "another alias each time": aliases,
    "operation names of 99,000 letters": names,
    "refused fields": refused_fields,
    "counting": counting,
    "conclude with all ids of a year": conclude,
    "introspection without a token": introspection,
    "streams of one person": streams,
    "uploads without their last byte": uploads,
    "downloads that no client reads": downloads,
    "invented key ids, slow issuer": invented_keys,
    "bodies that do not come": bodies,
    "headers of 100 MB": heads,
    "blanks before a token": blanks,
    "readiness": readiness,
}
