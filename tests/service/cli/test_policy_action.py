"""`xeploai policy`: faults of a file, gained and lost rights, and the signatures of two officers."""

import asyncio
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authz.policy_file import load_policy, revision_of
from service.cli.xeploai import main
from service.settings import settings
from tests.conftest import run_outside_transaction

pytestmark = pytest.mark.usefixtures("bare_environment", "loggers_as_before")

SHIPPED = load_policy()
OTHER = "".join(
    line for line in SHIPPED.text.splitlines(keepends=True) if "district_vice_chair" not in line
)
HEAD, DEPUTY = "ht.ban-to-chuc-tu.truong", "ht.ban-to-chuc-tu.pho"
DENY = "p, anybody, rate, district_vice_chair, province, deny, HD01:6.2.4\n"

Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; returns its exit code, output and error output."""

    def run(*words: str | Path, **environment: str) -> tuple[object, str, str]:
        for name, value in ({"DATA_DIR": str(tmp_path / "data")} | environment).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["xeploai", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        settings.cache_clear()  # the next command may have other settings
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "other.csv"
    path.write_text(OTHER, encoding="utf-8")
    return path


@pytest.fixture
def token_of(run: Run, tmp_path: Path, demonstration_copy: str) -> Callable[[str], Path]:
    """A file with the token of a post's holder."""

    def token(post: str) -> Path:
        path = tmp_path / f"{post}.token"
        path.write_text(run("token", "--post", post, DATABASE_URL=demonstration_copy)[1])
        return path

    return token


TokenOf = Callable[[str], Path]


def activate(run: Run, file: Path, token: Path, url: str) -> tuple[object, str, str]:
    words = ("policy", "activate", "--demonstration", file, "--as", token)
    return run(*words, DATABASE_URL=url)


def test_the_shipped_policy_is_without_fault(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "policy.csv"
    path.write_text(SHIPPED.text, encoding="utf-8")
    code, output, _ = run("policy", "check", path)
    assert code == 0
    assert output.startswith("NOBODY_MAY_RATE  centrally_managed: ")
    assert output.count("\n") == 1


def test_faults_are_named(run: Run, file: Path) -> None:
    file.write_text(SHIPPED.text + DENY, encoding="utf-8")
    code, output, _ = run("policy", "check", file)
    assert code == 1
    assert output.startswith(
        "SHADOWED  district_standing_committee, rate, district_vice_chair, own, allow, HD01:6.2.4: "
    )
    file.write_text("p, panel_9, rate, any, province, allow, HD01:6.2\nq\n", encoding="utf-8")
    code, output, complaint = run("policy", "check", file)
    assert (code, output) == (1, "")
    assert complaint.startswith("xeploai: other.csv:1: unknown rater 'panel_9'")
    assert "\nother.csv:2: 1 columns" in complaint


@pytest.mark.parametrize("content", [None, b"\xff", b"# a \0\n"])
def test_a_file_that_cannot_be_read_is_reported(
    run: Run, file: Path, content: bytes | None
) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    code, output, complaint = run("policy", "check", file)
    assert (code, output) == (1, "")
    assert complaint.startswith(f"xeploai: {file} cannot be read (")


def test_the_difference_is_reported_by_name(run: Run, file: Path, demonstration_copy: str) -> None:
    members = "bloc_standing_committee_member", "party_member_of_grassroots_cell"
    lines = SHIPPED.text.splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not any(word in line for word in members)))
    code, output, _ = run("policy", "diff", file, DATABASE_URL=demonstration_copy)
    assert code == 0
    assert output.startswith(
        "- bloc_standing_committee, appraise, bloc_standing_committee_member, "
    )
    assert "\n\nbloc_standing_committee@ht.duk (chair), rate\n  loses " in output
    assert " more (--all)\n" in output
    code, every, _ = run("policy", "diff", file, "--all", DATABASE_URL=demonstration_copy)
    assert code == 0
    assert " more (--all)\n" not in every
    assert len(every) > len(output)


def test_a_missing_difference_and_a_missing_year_are_reported(
    run: Run, file: Path, demonstration_copy: str
) -> None:
    file.write_text("# a comment\n" + SHIPPED.text, encoding="utf-8")
    code, output, _ = run("policy", "diff", file, DATABASE_URL=demonstration_copy)
    assert (code, output) == (0, "no seat gains or loses anything\n")
    words = ("policy", "diff", file, "--year", "1999")
    assert run(*words, DATABASE_URL=demonstration_copy) == (
        1,
        "",
        "xeploai: there is no year 1999\n",
    )


def test_two_officers_activate_and_the_old_revision_stays_readable(
    run: Run, file: Path, token_of: TokenOf, demonstration_copy: str
) -> None:
    head, deputy = token_of(HEAD), token_of(DEPUTY)
    for _ in range(2):
        code, output, _ = activate(run, file, head, demonstration_copy)
        first, signed, needed = output.splitlines()
        assert (code, first) == (0, f"revision {revision_of(OTHER)}")
        assert signed.startswith("signed   ")
        assert signed.endswith(", Trưởng Ban Tổ chức Tỉnh uỷ")
        assert needed == "needed   1 more of 2, by another officer"
    assert run("policy", "show", DATABASE_URL=demonstration_copy)[1] == SHIPPED.text
    code, output, _ = activate(run, file, deputy, demonstration_copy)
    assert code == 0
    assert output.splitlines()[-1] == "active   from now on"
    assert run("policy", "show", DATABASE_URL=demonstration_copy)[1] == OTHER
    old = run("policy", "show", SHIPPED.revision, DATABASE_URL=demonstration_copy)
    assert old == (0, SHIPPED.text, "")
    code, _, complaint = activate(run, file, head, demonstration_copy)
    assert (code, complaint) == (1, "xeploai: this revision is active already\n")


def test_a_token_may_come_by_standard_input(
    run: Run,
    file: Path,
    token_of: TokenOf,
    demonstration_copy: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(token_of(HEAD).read_text()))
    code, output, _ = activate(run, file, Path("-"), demonstration_copy)
    assert code == 0
    assert "signed   " in output


def test_no_other_person_signs(
    run: Run, file: Path, token_of: TokenOf, demonstration_copy: str, tmp_path: Path
) -> None:
    code, output, complaint = activate(run, file, token_of("ht.ubnd.ct"), demonstration_copy)
    assert (code, output) == (1, "")
    assert complaint.endswith(" may sign a policy (HD01:6.1)\n")
    path = tmp_path / "any.token"
    path.write_text(run("token", "--service", "payroll")[1])
    assert activate(run, file, path, demonstration_copy)[2] == (
        "xeploai: --as: a policy is signed by a person, not by a service account\n"
    )
    path.write_text("x.y.z")
    assert activate(run, file, path, demonstration_copy)[2] == (
        "xeploai: --as: The token is not accepted (malformed)\n"
    )
    path.unlink()
    assert activate(run, file, path, demonstration_copy)[2].startswith(
        f"xeploai: --as {path} cannot be read ("
    )
    assert run("policy", "show", DATABASE_URL=demonstration_copy)[1] == SHIPPED.text


def test_the_signature_of_a_former_officer_does_not_count(
    run: Run, file: Path, token_of: TokenOf, demonstration_copy: str
) -> None:
    assert activate(run, file, token_of(HEAD), demonstration_copy)[0] == 0
    left = f"UPDATE membership SET until = '2023-12-10' WHERE post_code = '{HEAD}'"
    asyncio.run(run_outside_transaction(demonstration_copy, left))
    code, output, _ = activate(run, file, token_of(DEPUTY), demonstration_copy)
    assert code == 0
    assert "\nneeded   1 more of 2, by another officer\n" in output
    assert "\nlapsed   " in output
    assert run("policy", "show", DATABASE_URL=demonstration_copy)[1] == SHIPPED.text


def test_a_token_of_a_demonstration_signs_nothing_for_real_people(
    run: Run, file: Path, token_of: TokenOf, demonstration_copy: str
) -> None:
    token = token_of(HEAD)
    real = "INSERT INTO person SELECT gen_random_uuid(), 'Lê An', '', '', false, NULL, true"
    asyncio.run(run_outside_transaction(demonstration_copy, real))
    assert activate(run, file, token, demonstration_copy) == (
        1,
        "",
        "xeploai: tokens of a demonstration sign nothing for real people\n",
    )


def test_without_a_demonstration_its_tokens_are_not_accepted(
    run: Run, file: Path, token_of: TokenOf, demonstration_copy: str
) -> None:
    words = ("policy", "activate", file, "--as", token_of(HEAD))
    code, _, complaint = run(*words, DATABASE_URL=demonstration_copy)
    assert code == 1
    assert complaint.startswith("xeploai: nobody could sign in: ")


def test_a_database_that_is_not_ready_is_reported(
    run: Run, empty_database: str, migrated_copy: str
) -> None:
    assert run("policy", "show", DATABASE_URL=empty_database)[2] == (
        "xeploai: this database is not ready yet; start the service once\n"
    )
    assert run("policy", "show", DATABASE_URL=migrated_copy)[2] == (
        "xeploai: no policy is active here yet\n"
    )
    assert run("migrate", DATABASE_URL=migrated_copy)[0] == 0
    assert run("policy", "show", DATABASE_URL=migrated_copy)[1] == SHIPPED.text
    assert run("policy", "show", "x", DATABASE_URL=migrated_copy)[2] == (
        "xeploai: there is no revision x\n"
    )
