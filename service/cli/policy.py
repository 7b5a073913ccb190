"""`xeploai policy`: commands that check, compare, sign and show a matrix of authority."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from service import bootstrap
from service.auth.jwks import identity
from service.cli import policy_action
from service.errors import PolicyProblem
from service.serving import database
from service.settings import settings

policy_app = typer.Typer(
    no_args_is_help=True,
    help="The matrix of authority: check and compare another one, and sign it.",
)

File = Annotated[Path, typer.Argument(help="A policy in the form of authz/policy.csv.")]


@policy_app.command("check")
def check_command(file: File) -> None:
    """Name what is wrong with a policy (exit code 1), and classes that nobody may rate."""
    lines, is_faulty = policy_action.remarks(file)
    for line in lines:
        typer.echo(line)
    if is_faulty:
        raise typer.Exit(1)


@policy_app.command("diff")
def diff_command(
    file: File,
    year: Annotated[int, typer.Option(help="The rated year.")] = bootstrap.FIRST_YEAR,
    every_name: Annotated[bool, typer.Option("--all", help="Every name, not ten.")] = False,
) -> None:
    """Say who would gain and who would lose which right over whom."""
    policy = policy_action.read(file)
    with database(settings()) as url:
        report = policy_action.differences(url, policy, year, every_name=every_name)
        typer.echo(asyncio.run(report))


@policy_app.command("activate")
def activate_command(
    file: File,
    token: Annotated[
        Path,
        typer.Option("--as", help="A file with your bearer token; - for standard input."),
    ],
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="As with DEMONSTRATION=true.")
    ] = False,
) -> None:
    """Sign a policy; it becomes active when a second officer has signed the same file."""
    here = settings(demonstration=demonstration)
    policy = policy_action.read(file)
    person = policy_action.person_of(identity(here), _token(token))
    with database(here) as url:
        typer.echo(asyncio.run(policy_action.activate(url, policy, person, here)))


@policy_app.command("show")
def show_command(
    revision: Annotated[str | None, typer.Argument(help="The active one if none is named.")] = None,
) -> None:
    """Print the content of the active policy, or of any that ever was signed."""
    with database(settings()) as url:
        typer.echo(asyncio.run(policy_action.content(url, revision)), nl=False)


def _token(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise PolicyProblem(f"--as {path} cannot be read ({fault})") from fault
