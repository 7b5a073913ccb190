"""The command line: each command calls the layers below, and prints the result."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from authz.matrix import as_markdown as matrix_as_markdown
from authz.policy_file import PolicyError, load_policy
from db.errors import CatalogueError, UnavailableError
from rules.facts.json_schema import facts_schema
from rules.lawbook import lawbook
from schema.graph import sdl
from service import bootstrap, correction_report, maintenance
from service.cli.explain import explained, text_of
from service.cli.judge import judged
from service.cli.policy import policy_app
from service.cli.printed_document import refuse_breaking_changes, write_or_check
from service.demonstration import demonstration
from service.errors import ExpectedProblem, FactsProblem, TokenProblem
from service.serving import database, serve
from service.settings import settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="xeploai: the registry of yearly quality ratings.",
)
app.add_typer(policy_app, name="policy")

RELEASED = Path("schema/contract/released.graphql")
LAW = {"en": Path("docs/law.md"), "vi": Path("docs/law.vi.md")}
"""The committed pages of the law, by language."""
DEMONSTRATED = "the demonstration is loaded"
DEMONSTRATED_BEFORE = "the demonstration was loaded before; nothing was changed"

Check = Annotated[bool, typer.Option("--check", help="Compare with the committed file.")]
Write = Annotated[bool, typer.Option("--write", help="Write the committed file.")]


def main() -> None:
    """Run a command; an expected problem is printed as one sentence, with exit code 1."""
    try:
        app()
    except (ExpectedProblem, UnavailableError, CatalogueError, PolicyError) as problem:
        sys.stderr.write(f"xeploai: {problem}\n")
        sys.exit(1)


@app.command("serve")
def serve_command(
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="As with DEMONSTRATION=true.")
    ] = False,
) -> None:
    """Serve over HTTP until stopped."""
    serve(settings(demonstration=demonstration), bootstrap.prepare, bootstrap.build)


@app.command("migrate")
def migrate_command() -> None:
    """Bring the schema of the database up to date, and judge again what a corrected law judges otherwise."""
    with database(settings()) as url:
        corrected = asyncio.run(maintenance.migrate(url))
    if corrected:
        typer.echo(correction_report.report(corrected))


@app.command("correct")
def correct_command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change; nothing is written.")
    ] = False,
) -> None:
    """Judge again what an earlier revision of the law judged, and list every change; a second time changes nothing.

    `xeploai migrate` does it too. Run this once more after the last instance of an older version is gone.
    """
    with database(settings()) as url:
        corrected = asyncio.run(maintenance.correct(url, dry_run=dry_run))
    typer.echo(correction_report.report(corrected, dry_run=dry_run))


@app.command("load")
def load_command() -> None:
    """Load the catalogue of bodies and posts; a second time changes nothing."""
    province = bootstrap.province()
    with database(settings()) as url:
        typer.echo(asyncio.run(maintenance.load(url, province)))


@app.command("demo")
def demo_command() -> None:
    """Bring the schema up to date and load the demonstration; a second time changes nothing.

    It is a step of its own, and so does its work whatever MIGRATE_AT_START says.
    """
    here, plugin = settings(demonstration=True), demonstration()
    with database(here) as url:
        is_new = asyncio.run(plugin.load(here.direct_url or url))
    typer.echo(DEMONSTRATED if is_new else DEMONSTRATED_BEFORE)


@app.command("token")
def token_command(
    post: Annotated[str | None, typer.Option(help="Code of the post to enter as.")] = None,
    service: Annotated[str | None, typer.Option(help="Name of a service account.")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="A scope of the account.")] = None,
) -> None:
    """Print a token of the demonstration."""
    here, plugin = settings(demonstration=True), demonstration()
    if post and not service and not scope:
        with database(here) as url:
            typer.echo(asyncio.run(plugin.token_of_post(here, url, post)))
    elif service and not post:
        typer.echo(plugin.token_of_service(here, service, scope or []))
    else:
        raise TokenProblem("say either --post CODE, or --service NAME and its --scope …")


@app.command("explain")
def explain_command(
    file: Annotated[Path, typer.Argument(help="An operation as .graphql.")],
    post: Annotated[str, typer.Option(help="Code of the post whose holder asks.")],
    variables: Annotated[str, typer.Option(help="Variables as a JSON object.")] = "{}",
    operation: Annotated[
        str | None, typer.Option(help="Its name, if the file has several.")
    ] = None,
) -> None:
    """Print how an operation is answered: its cost, and the tree and the SQL of each root field."""
    here = settings()
    text = text_of(file)
    with database(here) as url:
        explanation = explained(url, text, variables, operation, post, here.fixed_day)
        typer.echo(asyncio.run(explanation))


@app.command("judge")
def judge_command(
    file: Annotated[Path | None, typer.Argument(help="Facts as TOML or JSON.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Plain data, not a page.")] = False,
    english: Annotated[bool, typer.Option("--english", help="In English.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="The JSON Schema of facts.")] = False,
) -> None:
    """Compute levels from facts, with the reasons; no database is needed."""
    if schema:
        typer.echo(json.dumps(facts_schema(), ensure_ascii=False, indent=2))
    elif file:
        typer.echo(judged(file, as_json=as_json, language="en" if english else "vi"), nl=as_json)
    else:
        vi, en = (
            "hãy ghi FILE chứa số liệu, hoặc --schema",
            "say which FILE holds the facts, or --schema",
        )
        raise FactsProblem(en if english else vi)


@app.command("recompute")
def recompute_command(
    year: Annotated[int, typer.Option(help="The rated year.")] = bootstrap.FIRST_YEAR,
) -> None:
    """Compute a year again from its stored facts; name every difference, and results of another revision of
    the edition (exit code 1).
    """
    with database(settings()) as url:
        recomputed = asyncio.run(maintenance.recompute(url, year))
    typer.echo(recomputed.report())
    if not recomputed.is_clean:
        raise typer.Exit(1)


@app.command("verify")
def verify_command(
    expect: Annotated[
        str | None,
        typer.Option(
            help="SEQUENCE:HASH of an act that the chain must hold: the head of an earlier run, or a receipt."
        ),
    ] = None,
) -> None:
    """Prove the chain of acts and every row, count and compute again; name what does not fit (exit code 1)."""
    expected = maintenance.expected_head(expect) if expect is not None else None
    with database(settings()) as url:
        verified = asyncio.run(maintenance.verify(url, expected))
    typer.echo(verified.report())
    if not verified.is_clean:
        raise typer.Exit(1)


@app.command("schema")
def schema_command(
    check: Check = False,
    write: Write = False,
    release: Annotated[
        bool, typer.Option("--release", help="Write it as released, too: a promise to clients.")
    ] = False,
) -> None:
    """Print the schema of the graph (SDL); with --check, nothing that was released may be broken."""
    if release:
        write_or_check(RELEASED, sdl(), check=False, write=True)
    write_or_check(
        Path("schema/contract/schema.graphql"), sdl(), check=check, write=write or release
    )
    if check:
        refuse_breaking_changes(RELEASED, sdl())


@app.command("law")
def law_command(
    check: Check = False,
    write: Write = False,
    vietnamese: Annotated[
        bool, typer.Option("--vietnamese", help="Print it in Vietnamese.")
    ] = False,
) -> None:
    """Print every point of the law: who computes or decides it, and from which data.

    With --check and --write: the pages in both languages.
    """
    printed = "vi" if vietnamese else "en"
    for language in LAW if check or write else [printed]:
        write_or_check(LAW[language], lawbook.as_markdown(language), check=check, write=write)


@app.command("matrix")
def matrix_command(check: Check = False, write: Write = False) -> None:
    """Print the matrix of authority."""
    write_or_check(
        Path("docs/authority.md"), matrix_as_markdown(load_policy()), check=check, write=write
    )
