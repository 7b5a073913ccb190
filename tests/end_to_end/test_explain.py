"""`xeploai explain` shows how an operation is answered; the journeys are answered by one statement of each root."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import XEPLOAI
from tests.end_to_end.conftest import JOURNEYS, Service, environment

VARIABLES = {
    "01": '{"code": "ht", "year": 2023}',
    "08": '{"year": 2023, "under": "ht"}',
}


def explained(service: Service, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [XEPLOAI, "explain", *words, "--post", "ht.bi-thu"],
        env=environment(service.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", sorted(VARIABLES))
def test_a_journey_is_answered_by_one_statement(service: Service, number: str) -> None:
    (file,) = JOURNEYS.glob(f"{number}-*.graphql")
    answer = explained(service, str(file), "--variables", VARIABLES[number])
    assert answer.returncode == 0, answer.stderr
    assert "answered by graphql-core" not in answer.stdout
    assert answer.stdout.count("\nsql\n") == answer.stdout.count("\n# ") == 1
    assert ": cost " in answer.stdout.splitlines()[0]


def test_the_tree_has_the_nodes_of_a_page_and_the_values_are_bound(
    service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "operation.graphql"
    file.write_text('{ body(code: "ht") { children(first: 2) { edges { node { name } } } } }')
    lines = [line.strip() for line in explained(service, str(file)).stdout.splitlines()]
    assert "body: One of body" in lines
    assert "children: Page of body" in lines
    assert "name: Value {row[name]}" in lines
    assert lines[lines.index("values") :] == ["values", "$1 = 2", '$2 = "ht"']


@pytest.mark.parametrize(
    ("text", "variables", "reason"),
    [
        ("{ __typename }", "{}", "it asks for the schema only"),
        ('{ __typename body(code: "ht") { name } }', "{}", "the plan does not know: __typename"),
        (
            (
                "mutation ($d: DocumentInput!) "
                '{ closeYear(year: 2023, document: $d, idempotencyKey: "x") { __typename } }'
            ),
            '{"d": {"number": "1-KL", "date": "2023-12-01"}}',
            "only queries are planned",
        ),
        (
            '{ body(code: "ht") { children(first: 1, after: "x") { totalCount } } }',
            "{}",
            "it is refused: ",
        ),
    ],
)
def test_an_unplanned_root_gives_its_reason(
    service: Service, tmp_path: Path, text: str, variables: str, reason: str
) -> None:
    file = tmp_path / "operation.graphql"
    file.write_text(text)
    answer = explained(service, str(file), "--variables", variables)
    assert f"answered by graphql-core: {reason}" in answer.stdout, answer.stderr


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("{", (), "Syntax Error"),
        ('{ body(code: "ht") { children(first: 501) { totalCount } } }', (), "first: 501"),
        ("{ nothing }", (), "Cannot query field 'nothing'"),
        ("{ __typename }", ("--variables", "x"), "--variables: it must be a JSON object"),
        ("{ __typename }", ("--variables", "[]"), "--variables: it must be a JSON object"),
        ("{ __typename }", ("--operation", "Other"), "Unknown operation named 'Other'"),
    ],
)
def test_an_unexplainable_operation_gives_one_message(
    service: Service, tmp_path: Path, text: str, words: tuple[str, ...], sentence: str
) -> None:
    file = tmp_path / "operation.graphql"
    file.write_text(text)
    answer = explained(service, str(file), *words)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("xeploai: ")
    assert sentence in answer.stderr


def test_a_file_that_is_not_there_is_named(service: Service, tmp_path: Path) -> None:
    answer = explained(service, str(tmp_path / "nothing.graphql"))
    assert answer.returncode == 1
    assert "nothing.graphql: it cannot be read" in answer.stderr
