"""Run in the clients' own environment: the generated client asks what comes in, and its models go out."""

import json
import sys

from xeploai_client import Client


def main() -> None:
    """From stdin {url, calls: [{method, token, variables}]}; to stdout the answers, as the models read them."""
    asked = json.load(sys.stdin)
    answers = []
    for call in asked["calls"]:
        headers = {"Authorization": f"Bearer {call['token']}"}
        with Client(url=asked["url"], headers=headers) as client:
            answer = getattr(client, call["method"])(**call["variables"])
        answers.append(answer.model_dump(mode="json", by_alias=True))
    json.dump(answers, sys.stdout)


main()
