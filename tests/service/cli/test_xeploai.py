"""The commands; what may be expected to go wrong is one sentence on standard error, exit code 1."""

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from joserfc.jws import extract_compact

from demo.signing_key import ISSUER, KEY_FILE
from rules.lawbook import lawbook
from schema.graph import sdl
from service.cli.xeploai import main
from tests.conftest import run_outside_transaction

pytestmark = pytest.mark.usefixtures("bare_environment", "loggers_as_before")

Run = Callable[..., None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command with settings, in a data directory of its own."""

    def run(*words: str, **environment: str) -> None:
        for name, value in ({"DATA_DIR": str(tmp_path / "data")} | environment).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["xeploai", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in {0, 1}
        if ended.value.code:
            raise RuntimeError("exit code 1")

    return run


def problem(run: Run, capsys: pytest.CaptureFixture[str], *words: str, **environment: str) -> str:
    """The message of a failing command."""
    with pytest.raises(RuntimeError, match="exit code 1"):
        run(*words, **environment)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("xeploai: ")
    return captured.err.removeprefix("xeploai: ").removesuffix("\n")


def test_a_port_in_use_is_reported(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = problem(run, capsys, "serve", "--demonstration", PORT=str(port))
    assert message == (
        f"127.0.0.1 port {port} cannot be used (Address already in use); set PORT to another port"
    )


def test_an_address_of_another_machine_is_reported(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    message = problem(run, capsys, "serve", "--demonstration", HOST="192.0.2.1", PORT=free_port())
    assert message.startswith("192.0.2.1 port ")


@pytest.mark.parametrize("command", [("serve", "--demonstration"), ("migrate",), ("load",)])
def test_a_data_directory_that_cannot_be_used_is_reported(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "data").write_text("")
    message = problem(run, capsys, *command, PORT=free_port())
    assert str(tmp_path / "data") in message
    assert "set DATA_DIR" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "command",
    [
        ("serve", "--demonstration"),
        ("migrate",),
        ("load",),
        ("verify",),
        ("token", "--post", "ht.ubnd.ct"),
    ],
)
def test_a_database_that_is_down_is_reported(
    run: Run, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    down = "postgresql://u:secret@127.0.0.1:1/x"
    message = problem(run, capsys, *command, DATABASE_URL=down, PORT=free_port())
    assert message.startswith("the database at 127.0.0.1 does not answer: ")
    assert "secret" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "command", [("serve", "--demonstration"), ("migrate",), ("load",), ("verify",)]
)
def test_a_newer_schema_is_reported(
    run: Run,
    capsys: pytest.CaptureFixture[str],
    newer_schema: str,
    command: tuple[str, ...],
) -> None:
    message = problem(run, capsys, *command, DATABASE_URL=newer_schema, PORT=free_port())
    assert message == (
        "the database belongs to a newer version of the service; start that version instead"
    )


def test_wrong_settings_are_reported(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    message = problem(run, capsys, "serve", PORT="x", LOG_LEVEL="y")
    assert message.splitlines()[1:] == [
        "  PORT may be a whole number from 1 to 65535; it is 'x'",
        "  LOG_LEVEL may be debug, info, warning or error; it is 'y'",
    ]


def test_a_service_without_any_sign_in_is_not_started(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    message = problem(run, capsys, "serve", PORT=free_port())
    assert message.startswith("nobody could sign in: ")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--post", "a", "--service", "b"),
        ("--post", "a", "--scope", "read_level"),
        ("--scope", "read_level"),
    ],
)
def test_a_token_is_for_one_of_two(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    message = problem(run, capsys, "token", *words)
    assert message == "say either --post CODE, or --service NAME and its --scope …"


def test_a_token_of_a_service_says_its_scopes(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run("token", "--service", "payroll", "--scope", "read_level", "--scope", "read_file")
    claims = orjson.loads(extract_compact(capsys.readouterr().out.strip().encode()).payload)
    assert (claims["sub"], claims["client_id"]) == ("payroll", "payroll")
    assert claims["scope"] == "read_level read_file"
    assert (tmp_path / "data" / KEY_FILE).exists()


def test_a_vacant_post_is_reported(
    run: Run, capsys: pytest.CaptureFixture[str], database_url: str
) -> None:
    message = problem(run, capsys, "token", "--post", "ht.x", DATABASE_URL=database_url)
    assert message == "--post ht.x: nobody holds it on 2023-12-11, or there is no such post"


def test_a_token_of_a_database_that_was_never_used_is_reported(
    run: Run, capsys: pytest.CaptureFixture[str], empty_database: str
) -> None:
    message = problem(run, capsys, "token", "--post", "ht.x", DATABASE_URL=empty_database)
    assert message == "this database is not ready yet; start the service once"


def test_loading_twice_changes_nothing(
    run: Run, capsys: pytest.CaptureFixture[str], empty_database: str
) -> None:
    run("migrate", DATABASE_URL=empty_database)
    assert capsys.readouterr().out == ""
    run("load", DATABASE_URL=empty_database)
    assert capsys.readouterr().out.startswith("rows: ")
    run("load", DATABASE_URL=empty_database)
    assert capsys.readouterr().out == "rows: 0 added, 0 changed, 0 removed\n"


def test_a_demonstration_is_loaded_once_and_can_be_entered(
    run: Run, capsys: pytest.CaptureFixture[str], empty_database: str
) -> None:
    run("demo", DATABASE_URL=empty_database, MIGRATE_AT_START="false")
    output = capsys.readouterr().out
    assert output.startswith("loading the demonstration")
    assert output.endswith("the demonstration is loaded\n")
    run("demo", DATABASE_URL=empty_database)
    assert capsys.readouterr().out == "the demonstration was loaded before; nothing was changed\n"
    run("token", "--post", "ht.ubnd.ct", DATABASE_URL=empty_database)
    claims = orjson.loads(extract_compact(capsys.readouterr().out.strip().encode()).payload)
    assert str(UUID(claims["sub"])) == claims["sub"]
    assert claims["iss"] == ISSUER


@pytest.mark.parametrize("words", [("demo",), ("token", "--post", "ht.ubnd.ct")])
def test_a_demonstration_with_one_real_person_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], demonstration_copy: str, words: tuple[str, ...]
) -> None:
    """Also where it was loaded before that person came."""
    real = "INSERT INTO person SELECT gen_random_uuid(), 'Lê An', '', '', false, NULL, false"
    asyncio.run(run_outside_transaction(demonstration_copy, real))
    message = problem(run, capsys, *words, DATABASE_URL=demonstration_copy)
    assert message == "this database holds real people; a demonstration needs one of its own"


def test_a_demonstration_is_verified_until_it_is_tampered_with(
    run: Run, capsys: pytest.CaptureFixture[str], demonstration_copy: str
) -> None:
    run("verify", DATABASE_URL=demonstration_copy)
    first, head = capsys.readouterr().out.splitlines()
    assert first.endswith(": everything fits")
    expected = head.removeprefix("head ")
    run("verify", "--expect", expected, DATABASE_URL=demonstration_copy)
    assert capsys.readouterr().out.splitlines() == [first, head]
    sequence, _ = expected.split(":")
    with pytest.raises(RuntimeError, match="exit code 1"):
        run("verify", "--expect", f"{sequence}:{'0' * 64}", DATABASE_URL=demonstration_copy)
    assert f"act {sequence}, expected: the chain of acts: " in capsys.readouterr().out
    tampering = (
        "UPDATE tally SET not_rated = not_rated + 1, total = total + 1 WHERE body_code = 'ht'"
    )
    asyncio.run(run_outside_transaction(demonstration_copy, tampering))
    with pytest.raises(RuntimeError, match="exit code 1"):
        run("verify", DATABASE_URL=demonstration_copy)
    captured = capsys.readouterr()
    assert captured.err == ""
    assert ": 6 findings\n" in captured.out
    assert "\n  tally: ht, BODY 2022: not_rated is " in captured.out


@pytest.mark.parametrize("head", ["", "7", "x:" + "0" * 64, "7:" + "0" * 63, "-7:" + "0" * 64])
def test_an_act_to_expect_has_one_form(
    run: Run, capsys: pytest.CaptureFixture[str], head: str
) -> None:
    message = problem(
        run, capsys, "verify", "--expect", head, DATABASE_URL="postgresql://x@127.0.0.1:1/x"
    )
    assert message.startswith(f"--expect {head}: it may be SEQUENCE:HASH")


def test_an_empty_registry_is_verified(
    run: Run, capsys: pytest.CaptureFixture[str], migrated_copy: str
) -> None:
    run("verify", DATABASE_URL=migrated_copy)
    assert capsys.readouterr().out.startswith("no year: 0 acts, ")


def test_a_database_that_was_not_migrated_is_not_verified(
    run: Run, capsys: pytest.CaptureFixture[str], empty_database: str
) -> None:
    message = problem(run, capsys, "verify", DATABASE_URL=empty_database)
    assert message == "the schema is of an earlier version; `xeploai migrate` first"


def test_documents_are_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("schema")
    assert capsys.readouterr().out == sdl()
    run("law")
    assert capsys.readouterr().out == lawbook.as_markdown("en")
    run("law", "--vietnamese")
    assert capsys.readouterr().out == lawbook.as_markdown("vi")
    run("matrix")
    assert "HD01:6.2.3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cite", "row"),
    [
        ("HD01:3.2", "`meetings.grassroots` at least 0.5 days"),
        ("HD01:8.1", "`calendar.grassroots` before 05/12"),
        ("HD01:3.1.2", "`review.assembly_delegation`"),
        ("QĐ124:Đ17", "`file.minutes`"),
    ],
)
def test_the_law_names_the_data_of_a_point(
    run: Run, capsys: pytest.CaptureFixture[str], cite: str, row: str
) -> None:
    """If the function holds no number, a reader must find the row of the edition."""
    run("law")
    point = capsys.readouterr().out.split(f"# {cite}")[1].split("\n##")[0]
    assert "](../rules/editions/ha-tinh-2023.toml)" in point
    assert row in point


@pytest.mark.parametrize("stale", ["docs/law.md", "docs/law.vi.md"])
def test_the_law_is_written_and_compared_in_both_languages(
    run: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    stale: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    run("law", "--write")
    run("law", "--check")
    assert capsys.readouterr().out == ""
    (tmp_path / stale).write_text("Điều 12\n", encoding="utf-8")
    message = problem(run, capsys, "law", "--check")
    assert message == f"{stale} is not current; `make documents` writes it anew"


def test_help_lists_the_commands(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("--help")
    text = capsys.readouterr().out
    for command in (
        "serve",
        "migrate",
        "load",
        "demo",
        "verify",
        "token",
        "policy",
        "law",
        "matrix",
    ):
        assert f" {command} " in text


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@pytest.fixture
def newer_schema(migrated_copy: str) -> str:
    later = "UPDATE alembic_version SET version_num = '9999'"
    asyncio.run(run_outside_transaction(migrated_copy, later))
    serves = "UPDATE deployment SET value = '9999' WHERE key = 'schema.serves'"
    asyncio.run(run_outside_transaction(migrated_copy, serves))
    return migrated_copy


def test_a_year_without_an_edition_is_not_recomputed(
    run: Run, capsys: pytest.CaptureFixture[str], migrated_copy: str
) -> None:
    message = problem(run, capsys, "recompute", "--year", "2021", DATABASE_URL=migrated_copy)
    assert message == (
        "--year 2021: no edition of the rules holds in this year; there is ha-tinh-2023 (2023–2024)"
    )
