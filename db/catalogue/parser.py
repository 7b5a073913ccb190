"""Parses the three files of a catalogue, or refuses them with all faults at once."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from db.catalogue.catalogue import Catalogue, CatalogueBody, CataloguePost, CatalogueRater, Words
from db.catalogue.csv_row import CsvRow, Faults, read_rows
from db.catalogue.tree import check_circles, check_codes, check_places
from db.enums import LEADING_KINDS, BodyKind, Rank, StoredSeat, Tier
from db.errors import CatalogueError
from rules.enums import SubjectClass

BODIES, POSTS, RATERS = "bodies.csv", "posts.csv", "raters.csv"
BODY_COLUMNS = (
    "code",
    "parent",
    "leads",
    "tier",
    "kind",
    "subject_class",
    "authority_class",
    "peer_group",
    "name",
    "source",
)
BODY_OPTIONAL = ("founded_on", "dissolved_on")
POST_COLUMNS = (
    "code",
    "body",
    "rank",
    "title",
    "authority_classes",
    "rater_roles",
    "seats",
    "source",
)
RATER_COLUMNS = ("rater", "scope", "compiled_by", "source")
SUBJECTS = (SubjectClass.ORG, SubjectClass.COLLECTIVE)


def read_catalogue(directory: Path, words: Words) -> Catalogue:
    """The catalogue in bodies.csv, posts.csv and raters.csv of a directory.

    Raises:
        CatalogueError: it holds every fault, with file and line. If a file cannot be read, faults that
            follow from that are left out.
    """
    faults = Faults()
    body_rows = read_rows(directory / BODIES, BODY_COLUMNS, BODY_OPTIONAL, faults)
    post_rows = read_rows(directory / POSTS, POST_COLUMNS, (), faults)
    rater_rows = read_rows(directory / RATERS, RATER_COLUMNS, (), faults)
    if faults.unreadable:  # further checks would only report the rows of these files as missing
        raise CatalogueError(tuple(sorted(faults.entries)))
    codes = {row.cells["code"] for row in body_rows}
    bodies = [body for row in body_rows if (body := _body(row, codes, words))]
    posts = [post for row in post_rows if (post := _post(row, codes, words))]
    raters = [rater for row in rater_rows if (rater := _rater(row, codes, words))]
    check_codes(body_rows)
    check_codes(post_rows)
    check_circles(body_rows)
    check_places(body_rows, post_rows, rater_rows)
    if faults.entries:
        raise CatalogueError(tuple(sorted(faults.entries)))
    return Catalogue(
        bodies={body.code: body for body in bodies},
        posts={post.code: post for post in posts},
        raters=tuple(raters),
        words=words,
        digest=_digest(directory),
    )


def _body(row: CsvRow, codes: Collection[str], words: Words) -> CatalogueBody | None:
    code, name, source = row.code("code"), row.text("name"), row.text("source")
    parent = row.reference("parent", codes, "a body of the catalogue")
    leads = row.reference("leads", codes, "a body of the catalogue")
    tier, kind = row.word("tier", tuple(Tier)), row.word("kind", tuple(BodyKind))
    subject_class = row.word("subject_class", SUBJECTS)
    classes = row.parts("authority_class", lambda part: _class(row, part, words))
    peer_group = row.reference("peer_group", words.peer_groups, "a peer group of the edition")
    founded_on, dissolved_on = row.day("founded_on"), row.day("dissolved_on")
    if founded_on and dissolved_on and dissolved_on < founded_on:
        row.fault(f"dissolved_on {dissolved_on} is before founded_on {founded_on}")
    if kind and (kind in LEADING_KINDS) != bool(row.cells["leads"]):
        row.fault(
            f"leads is {row.cells['leads']!r}; only collectives, and all of them, lead a body"
        )
    if not (code and name and source and tier and kind and subject_class):
        return None
    return CatalogueBody(
        code=code,
        parent=parent,
        leads=leads,
        tier=tier,
        kind=kind,
        subject_class=subject_class,
        authority_classes=classes,
        peer_group=peer_group,
        name=name,
        source=source,
        founded_on=founded_on,
        dissolved_on=dissolved_on,
    )


def _post(row: CsvRow, codes: Collection[str], words: Words) -> CataloguePost | None:
    code, title, source = row.code("code"), row.text("title"), row.text("source")
    body = row.text("body") and row.reference("body", codes, "a body of the catalogue")
    rank = row.word("rank", tuple(Rank))
    classes = row.parts("authority_classes", lambda part: _class(row, part, words))
    roles = row.parts("rater_roles", lambda part: _role(row, part, words))
    seats = row.count("seats")
    if not (code and title and source and body and rank and seats):
        return None
    return CataloguePost(code, body, rank, title, classes, roles, seats, source)


def _rater(row: CsvRow, codes: Collection[str], words: Words) -> CatalogueRater | None:
    row.text("source")
    rater = row.text("rater") and row.reference("rater", words.raters, "a rater of the vocabulary")
    scope = row.text("scope") and row.reference("scope", codes, "a body of the catalogue")
    compiled_by = row.reference("compiled_by", codes, "a body of the catalogue")
    return CatalogueRater(rater, scope, compiled_by) if rater and scope else None


def _class(row: CsvRow, part: str, words: Words) -> str | None:
    if part in words.classes:
        return part
    row.fault(f"authority class {part!r} is not in the vocabulary")
    return None


def _role(row: CsvRow, part: str, words: Words) -> tuple[str, StoredSeat] | None:
    rater, _, seat = part.partition(":")
    if rater in words.raters and seat in tuple(StoredSeat):
        return rater, StoredSeat(seat)
    row.fault(f"rater_roles has {part!r}; it may be a rater of the vocabulary, :chair or :member")
    return None


def _digest(directory: Path) -> str:
    whole = hashlib.sha256()
    for name in (BODIES, POSTS, RATERS):
        whole.update(hashlib.sha256((directory / name).read_bytes()).digest())
    return whole.hexdigest()
