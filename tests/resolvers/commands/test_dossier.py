"""The required documents of a file, from the acts on the appraisal, and the right to complete it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db.repositories import act as acts, document as documents, person as persons
from db.repositories.act import ChainAct, append_acts
from resolvers.authorization.actor import actor_of
from resolvers.authorization.principal import ServiceAccount, SignedIn
from resolvers.clock import moment
from resolvers.commands import dossier
from resolvers.commands.dossier import By, Offered
from resolvers.commands.dossier_completion import CompleteFile, Incomplete
from resolvers.commands.runner import execute_once
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput, Forbidden, NotFound
from rules.editions.lookup import Occasion
from rules.enums import Act as ActWord

pytestmark = pytest.mark.anyio

DAY = date(2023, 12, 11)
OFFICE = "ht.vp-ubnd.truong"
FOR_NOTHING = UUID(int=0)


def happened(act: ActWord, **payload: str) -> dict[str, object]:
    return {"act": act, "payload": payload}


@pytest.mark.parametrize(
    ("history", "occasions"),
    [
        ([], set()),
        ([happened(ActWord.RATE), happened(ActWord.COMPILE, completes="file")], set()),
        ([happened(ActWord.APPEAL)], {Occasion.APPEAL}),
        ([happened(ActWord.ANSWER_APPEAL), happened(ActWord.APPEAL)], {Occasion.APPEAL}),
        ([happened(ActWord.COMPILE, occasion="SUGGESTION")], {Occasion.SUGGESTION}),
        ([happened(ActWord.APPRAISE, occasion="OPINION")], {Occasion.OPINION}),
    ],
)
def test_the_occasions_follow_from_the_acts(
    history: list[dict[str, object]], occasions: set[Occasion]
) -> None:
    assert dossier.occasions(history) == occasions


@pytest.fixture
async def office(registry: AsyncConnection) -> By:
    (person,) = await persons.holders(registry, OFFICE, DAY)
    return By(load_policy(), await actor_of(registry, SignedIn(person), DAY), moment(DAY))


async def appraisal_of(connection: AsyncConnection, body: str, year: int = 2023) -> UUID:
    statement = "SELECT id FROM appraisal WHERE year = :year AND body_code = :body"
    rows = await connection.execute(text(statement), {"year": year, "body": body})
    key: UUID = rows.scalar_one()
    return key


def offered(appraisal: UUID, **changed: str) -> Offered:
    fine = Offered(
        appraisal_id=appraisal,
        paper="self_review",
        number="1",
        issued_on=DAY,
        issuer="Sở Y tế",
        sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        media_type="application/pdf",
    )
    return replace(fine, **changed)  # type: ignore[arg-type]  # the fields of text alone


async def complete(connection: AsyncConnection, by: By, key: UUID) -> None:
    unit_of_work = UnitOfWork(connection, by.policy, by.actor, by.at)
    await execute_once(unit_of_work, None, CompleteFile(key, None))


async def test_an_appeal_and_an_opinion_ask_for_their_papers(
    registry: AsyncConnection, office: By
) -> None:
    key = await appraisal_of(registry, "ht.so-y-te.tt")
    of_appraisal = ChainAct(
        appraisal_id=key,
        act=ActWord.APPEAL,
        at=datetime(2023, 12, 11, 8, tzinfo=UTC),
        actor_person_id=office.actor.person,
        actor_post_code=None,
        on_behalf_rater_id=None,
        payload={},
    )
    opinion = replace(of_appraisal, act=ActWord.APPRAISE, payload={"occasion": "OPINION"})
    await append_acts(registry, [of_appraisal, opinion])
    with pytest.raises(Incomplete) as refused:
        await complete(registry, office, key)
    assert [paper.code for paper in refused.value.papers] == [
        "self_review",
        "minutes",
        "appraisal_summary",
        "conclusion",
        "opinions",
        "appeal",
    ]


async def test_an_attached_document_keeps_the_chain_whole(
    registry: AsyncConnection, office: By
) -> None:
    key = await appraisal_of(registry, "ht.so-y-te.tt")
    with pytest.raises(BadInput, match="sha256: the bytes that came have"):
        await dossier.attach(registry, office, offered(key), b"other bytes")
    with pytest.raises(BadInput, match="sha256: 'E3'; it may be 64 hexadecimal digits"):
        await dossier.admit(registry, office, offered(key, sha256="E3"))
    digest = "38523c087796e5d5dd1cf9bad1fb026781a838dd9dd2cf8af58b9f6502a46778"
    document = await dossier.attach(registry, office, offered(key, sha256=digest), b"%PDF-")
    read = await dossier.read(registry, office, document)
    assert await documents.slice_of(registry, read["id"], 0) == b"%PDF-"
    assert await acts.first_broken(registry) is None


async def test_a_service_account_writes_nothing_whatever_its_scopes_name(
    registry: AsyncConnection, office: By
) -> None:
    key = await appraisal_of(registry, "ht.so-y-te.tt")
    account = ServiceAccount("hr", frozenset({"compile", "appraise", "self_rate", "read_file"}))
    by = replace(office, actor=await actor_of(registry, account, DAY))
    with pytest.raises(Forbidden) as refused:
        await dossier.admit(registry, by, offered(key))
    assert refused.value.clause
    with pytest.raises(Forbidden):
        await complete(registry, by, key)


async def test_missing_documents_are_reported(registry: AsyncConnection, office: By) -> None:
    with pytest.raises(NotFound, match="appraisal: there is no"):
        await complete(registry, office, FOR_NOTHING)
    with pytest.raises(NotFound, match="id: there is no"):
        await dossier.read(registry, office, FOR_NOTHING)


async def test_a_year_before_the_first_edition_has_no_complete_file(
    registry: AsyncConnection, office: By
) -> None:
    key = await appraisal_of(registry, "ht.so-y-te.tt", 2022)
    with pytest.raises(BadInput, match="no edition lists the papers of 2022"):
        await complete(registry, office, key)
