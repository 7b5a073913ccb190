"""Gathers the pages of the documentation site into a folder: what is committed, and the graph by type.

The pages keep their places, so that the links between them hold. A link to a file that is no page, such as a folder of
code, becomes plain text.
"""

import re
import shutil
import sys
from functools import partial
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)
from graphql.type import GraphQLField, GraphQLInputField

ROOT = Path(__file__).parents[1]
SDL = "schema/contract/schema.graphql"
FOLDERS = ("docs", "examples")
PAGES = (
    "README.md",
    "README.vi.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "deploy/README.md",
    "deploy/gateway/README.md",
)
FILES = (SDL, "docs/glossary.toml")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)((?:#[^)]*)?)\)")
GRAPH = "docs/graph"
KINDS: tuple[tuple[str, str, type[GraphQLNamedType]], ...] = (
    ("objects", "Objects", GraphQLObjectType),
    ("interfaces", "Interfaces", GraphQLInterfaceType),
    ("unions", "Unions", GraphQLUnionType),
    ("inputs", "Inputs", GraphQLInputObjectType),
    ("enums", "Enums", GraphQLEnumType),
)
"""Page, its title, and the kind of type that it lists. Scalars have a page too: all that is left."""
ROOTS = ("Query", "Mutation", "Subscription")


def gather(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    found = {ROOT / page for page in PAGES}
    found |= {page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")}
    files = {ROOT / file for file in FILES} | set((ROOT / "docs").rglob("*.svg"))
    for path in sorted(found | files):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    for name, text in graph(build_schema((ROOT / SDL).read_text("utf-8"), assume_valid=True)):
        (target / GRAPH).mkdir(parents=True, exist_ok=True)
        (target / GRAPH / f"{name}.md").write_text(text, encoding="utf-8")
    for path in target.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(LINK.sub(partial(_kept, path), text), encoding="utf-8")


def _kept(page: Path, link: re.Match[str]) -> str:
    """The link, or its text alone where no page is behind it."""
    text, place, _ = link.groups()
    behind = page.parent / place
    if behind.is_dir() and (behind / "index.md").exists():
        return link[0].replace(place, f"{place.rstrip('/')}/index.md")
    return link[0] if behind.is_file() else text


def graph(schema: GraphQLSchema) -> list[tuple[str, str]]:
    """Name and text of each page of the graph."""
    own = [
        kind
        for name, kind in sorted(schema.type_map.items())
        if not is_introspection_type(kind)
        and not is_specified_scalar_type(kind)
        and not name.startswith("_")
    ]
    places = {kind.name: page_of(kind) for kind in own}
    listed = [*((name.lower(), name) for name in ROOTS)]
    listed += [(page, title) for page, title, _ in KINDS] + [("scalars", "Scalars")]
    pages = [
        (
            page,
            f"# {title}\n\n"
            + "\n".join(section(kind, places) for kind in own if places[kind.name] == page),
        )
        for page, title in listed
    ]
    counts = "\n".join(
        f"| [{title}]({page}.md) | {list(places.values()).count(page)} |" for page, title in listed
    )
    head = "The same as one text: [schema.graphql](../../schema/contract/schema.graphql)."
    return [
        *pages,
        ("index", f"# The graph by type\n\n{head}\n\n| | types |\n|---|---|\n{counts}\n"),
    ]


def page_of(kind: GraphQLNamedType) -> str:
    if kind.name in ROOTS:
        return kind.name.lower()
    return next((page for page, _, of in KINDS if isinstance(kind, of)), "scalars")


def section(kind: GraphQLNamedType, places: dict[str, str]) -> str:
    """One type: what it is, and its fields, values or members with their descriptions."""
    parts = [f"## {kind.name}", kind.description or ""]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and kind.interfaces:
        parts.append("Is: " + ", ".join(reference(each, places) for each in kind.interfaces))
    if isinstance(kind, GraphQLUnionType):
        parts.append("One of: " + ", ".join(reference(each, places) for each in kind.types))
    if isinstance(kind, GraphQLEnumType):
        rows = [(f"`{name}`", "", value.description) for name, value in kind.values.items()]
        parts.append(table("value", rows))
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        parts.append(table("field", [row(n, field, places) for n, field in kind.fields.items()]))
    return "\n\n".join(part for part in parts if part) + "\n"


def row(
    name: str, field: GraphQLField | GraphQLInputField, places: dict[str, str]
) -> tuple[str, str, str | None]:
    arguments: dict[str, GraphQLArgument] = getattr(field, "args", {})
    said = [field.description or ""]
    said += [
        f"`{argument}`: {reference(each.type, places)}. {each.description or ''}"
        for argument, each in arguments.items()
    ]
    if field.deprecation_reason:
        said.append(f"**Deprecated.** {field.deprecation_reason}")
    return f"`{name}`", reference(field.type, places), "<br>".join(said)


def reference(kind: GraphQLType, places: dict[str, str]) -> str:
    """The type as the SDL writes it, linked to its section."""
    named = get_named_type(kind).name
    place = places.get(named)
    shown = str(kind).replace("[", "\\[").replace("]", "\\]")
    return f"[{shown}]({place}.md#{named.lower()})" if place else f"`{kind}`"


def table(first: str, rows: list[tuple[str, str, str | None]]) -> str:
    lines = [f"| {first} | type | |", "|---|---|---|"]
    for name, kind, description in rows:
        cells = (name, kind, (description or "").replace("\n", " ").replace("|", "\\|"))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
