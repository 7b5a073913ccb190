"""Signing in with an issuer: a certified provider from npm, code with PKCE; on a day after a delegation."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.conftest import Service, free_port, running
from tests.portal.visiting import Visit, visiting

ISSUER = Path(__file__).with_name("issuer.mjs")
DELEGATE = "ht.so-y-te.truong"
AFTER_THE_LAST_DAY = "2024-01-02"
UNIT = "ht.minh-hoa-1.tt"


@pytest.fixture(scope="module")
def later(portal: Service) -> Iterator[Service]:
    """The same registry a few days later, with an issuer of its own."""
    port = free_port()
    issuer = subprocess.Popen(
        ["node", ISSUER, f"http://127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert issuer.stdout
        address = f"http://127.0.0.1:{issuer.stdout.readline().strip()}"
        yield from running(
            portal.data_dir,
            port,
            OIDC_ISSUER=address,
            OIDC_JWKS=f"{address}/jwks",
            OIDC_CLIENT_ID="portal",
            DEMONSTRATION_DATE=AFTER_THE_LAST_DAY,
        )
    finally:
        issuer.terminate()
        issuer.communicate(timeout=10)


@pytest.fixture
def visit_later(chromium: Browser, later: Service) -> Iterator[Visit]:
    with visiting(chromium, later.url) as visitor:
        yield visitor


def log_in(visit: Visit, person: str) -> None:
    """At the issuer's own pages: who one is, and that the portal may know."""
    page = visit.page
    page.get_by_placeholder("Enter any login").fill(person)
    page.get_by_placeholder("and password").fill("not looked at")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_delegate_signs_in_after_the_last_day_and_may_no_longer(
    visit_later: Visit, portal: Service
) -> None:
    visit, page = visit_later, visit_later.page
    me = portal.ask("{ me { person { id } } }", {}, portal.token(DELEGATE))["data"]["me"]
    page.goto(f"{visit.url}/tham-quyen/don-vi/{UNIT}")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    log_in(visit, me["person"]["id"])
    expect(page).to_have_url(f"{visit.url}/tham-quyen/don-vi/{UNIT}")
    expect(page.get_by_text("Bạn không được quyết định xếp loại")).to_be_visible()
    page.get_by_role("button", name="Uỷ quyền").click()
    received = page.get_by_role("row").filter(has_text="Giám đốc Sở Y tế")
    expect(received).to_contain_text("không có hiệu lực")
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page).to_have_url(f"{visit.url}/")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_placeholder("Enter any login")).to_be_visible()


def test_the_same_delegate_may_while_it_is_in_force(visit: Visit) -> None:
    visit.enter("Giám đốc Sở Y tế", f"/tham-quyen/don-vi/{UNIT}")
    expect(visit.page.get_by_text("Bạn được quyết định xếp loại")).to_be_visible()
    expect(visit.page.get_by_text("theo uỷ quyền 15-QĐ/BCSĐ, đến hết 31/12/2023")).to_be_visible()


def test_an_unrequested_answer_of_the_issuer_is_ignored(visit_later: Visit) -> None:
    visit_later.page.goto(f"{visit_later.url}/?code=stolen&state=guessed")
    expect(visit_later.page.get_by_role("alert")).to_contain_text("Đăng nhập không thành công")
    assert visit_later.page.evaluate("sessionStorage.getItem('xeploai.session')") is None
