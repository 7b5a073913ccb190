"""Runs in the environment of the clients: sends requests from stdin by the generated client, writes its models to stdout."""

import json
import sys

from xeploai_client import Client


def main() -> None:
    """From stdin {url, calls: [{method, token, variables}]}; to stdout the answers, as the models read them."""
    request = json.load(sys.stdin)
    answers = []
    for call in request["calls"]:
        headers = {"Authorization": f"Bearer {call['token']}"}
        with Client(url=request["url"], headers=headers) as client:
            answer = getattr(client, call["method"])(**call["variables"])
        answers.append(answer.model_dump(mode="json", by_alias=True))
    json.dump(answers, sys.stdout)


main()
