"""Random commands of raters: lists of decisions on a group, and annulments."""

import random
from typing import Any
from uuid import uuid4

Json = dict[str, Any]
CHAIRS = (
    "ht.ubnd.ct",
    "ht.pbt-tt",
    "ht.cam-xuyen.bi-thu",
    "ht.thach-ha.bi-thu",
    "ht.ky-anh.bi-thu",
)
SUBJECTS = """{ me { subjects(act: RATE, year: 2023, first: 500) { edges { node {
    id version rating { level } computed { level } peerGroup { code } } } } } }"""
CONCLUDE = """mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename
    ... on Conclusion { receipt { sequence hash } } ... on Refusal { code } } }"""
ANNUL = """mutation ($target: TargetInput!, $document: DocumentInput!) {
    annul(target: $target, reason: "thử tải", document: $document) { __typename
    ... on Appraisal { id version } ... on Refusal { code } } }"""
PAPER = {"number": "1-TT", "date": "2023-12-11"}
DONE = {"Conclusion", "Appraisal"}
DECIDED_MAX = 6


def in_groups(answer: Json) -> list[Json]:
    """The subjects of an answer that count in a quota."""
    edges = answer["data"]["me"]["subjects"]["edges"]
    return [edge["node"] for edge in edges if edge["node"]["peerGroup"]]


def command(chance: random.Random, nodes: list[Json]) -> tuple[str, Json, str, str]:
    """A command, its variables, its key, and an appraisal that it changes."""
    key, node = str(uuid4()), chance.choice(nodes)
    if node["rating"]:
        target = {
            "appraisal": node["id"],
            "expectedVersion": node["version"],
            "idempotencyKey": key,
        }
        return ANNUL, {"target": target, "document": PAPER}, key, node["id"]
    group = node["peerGroup"]["code"]
    peers = [node for node in nodes if node["peerGroup"]["code"] == group and not node["rating"]]
    chosen = chance.sample(peers, min(len(peers), chance.randint(1, DECIDED_MAX)))
    variables = {
        "year": 2023,
        "group": group,
        "document": PAPER,
        "idempotencyKey": key,
        "decisions": [decision(node) for node in chosen],
    }
    return CONCLUDE, {"input": variables}, key, chosen[0]["id"]


def decision(node: Json) -> Json:
    computed = (node["computed"] or {}).get("level")
    level = "COMPLETED" if computed in {None, "UNDETERMINED"} else computed
    return {
        "appraisal": node["id"],
        "expectedVersion": node["version"],
        "level": level,
        "reason": "thử tải",
    }
