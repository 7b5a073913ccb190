"""`examples/gateway` as a client of several provinces runs it, through the gateway."""

import subprocess
from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import Service, environment
from tests.end_to_end.federation.conftest import Gateway
from tests.house.tree import ROOT

TokenOf = Callable[[str], str]

EXAMPLE = ROOT / "examples" / "gateway" / "ask.mjs"


def ask(
    across: Gateway, observed: Service, token: str, *words: str
) -> subprocess.CompletedProcess[str]:
    asking = {"GATEWAY_URL": across.url, "XEPLOAI_TOKEN": token}
    return subprocess.run(
        ["node", EXAMPLE, *words],
        env=environment(observed.data_dir, **asking),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_province_answers_through_the_gateway(
    across: Gateway, observed: Service, token_of: TokenOf
) -> None:
    ended = ask(across, observed, token_of("ht.bi-thu"), "ht", "ht.thach-ha")
    assert (ended.returncode, ended.stderr) == (0, "")
    (name,) = observed.sql("SELECT name FROM body WHERE code = 'ht.thach-ha'")
    assert ended.stdout.startswith(f"{name} | ")


@pytest.mark.parametrize(("province", "code"), [("xx", "UNKNOWN_PROVINCE"), ("ht", "BAD_TOKEN")])
def test_a_refusal_ends_it_with_its_code(
    across: Gateway, observed: Service, token_of: TokenOf, province: str, code: str
) -> None:
    token = token_of("ht.bi-thu") if code == "UNKNOWN_PROVINCE" else "no.such.token"
    ended = ask(across, observed, token, province, "ht.thach-ha")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{code}: ")
