"""Plays events besides the season: opinions, an appeal, an annulment, a fault of the previous year, papers."""

from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from authz.role import Seat
from db.repositories import appraisal as appraisals
from db.repositories.appraisal import Appraisal
from demo.facts import YEAR
from demo.history import HISTORY
from demo.officer import Officers
from demo.paper import pdf
from demo.person import identifier
from demo.season import AFTERNOON, MORNING, Season
from resolvers.authorization.actor import Actor
from resolvers.commands import dossier
from resolvers.commands.annulment import Annul
from resolvers.commands.command import BatchItem, Target
from resolvers.commands.conclude import Decide, LevelDecision
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.dossier import By, Offered
from resolvers.commands.dossier_completion import CompleteFile
from resolvers.commands.prepare import GiveOpinion
from resolvers.commands.remedy import AnswerAppeal, Appeal
from resolvers.commands.runner import execute_batch, execute_once
from rules.enums import Act, Level

OPINIONS_ON, APPEALED_ON, ANSWERED_ON = date(YEAR, 12, 4), date(YEAR, 12, 5), date(YEAR, 12, 7)
ANNULLED_ON, RATED_AGAIN_ON, LATER_FAULT_ON = (
    date(YEAR, 12, 6),
    date(YEAR, 12, 7),
    date(YEAR, 12, 8),
)
PAPERS_ON = date(YEAR, 12, 9)

WITH_OPINIONS = "ht.so-khcn.tt"
APPELLANT, ANNULLED = "ht.ky-anh.uv-btv", "ht.tp-ha-tinh.uv-btv"
AT_FAULT = "ht.so-nnptnt.pho"
COMPLETED = "ht.ban-noi-chinh-tu.tt"

Chosen = Callable[[Appraisal], bool]


async def play(season: Season) -> None:
    """Play all stories in the order of their days."""
    await _opinions(season)
    appellant = await _first_appraisal(season, YEAR, _official(APPELLANT, Level.COMPLETED))
    await _appeal(season, appellant)
    annulled = await _first_appraisal(season, YEAR, _official(ANNULLED, Level.COMPLETED))
    await _annul(season, annulled)
    await _answer(season, appellant.id)
    await _rate_again(season, annulled.id, Level.COMPLETED)
    await _later_fault(season)
    await _papers(season)


async def _opinions(season: Season) -> None:
    """Two members of the panel give their opinion before the decision (QĐ124:Đ17)."""
    officers = await season.officers(OPINIONS_ON)
    panel = officers.on_rater["panel_6_2_3"]
    members = [actor for actor in panel if {role.seat for role in actor.roles} == {Seat.MEMBER}]
    for actor, hour in zip(members[:2], (MORNING, AFTERNOON), strict=False):
        appraisal = await _first_appraisal(season, YEAR, _body(WITH_OPINIONS))
        unit_of_work = officers.unit_of_work(actor, hour)
        opinion = "Nhất trí với mức đề nghị"
        command = GiveOpinion(Target(appraisal.id, appraisal.version), opinion)
        await execute_batch([BatchItem(unit_of_work, command)])


async def _appeal(season: Season, appraisal: Appraisal) -> None:
    officers, actor = await _officer_on(season, APPEALED_ON, Act.APPEAL, appraisal)
    command = Appeal(
        Target(appraisal.id, appraisal.version),
        "Đề nghị xem xét lại: kết quả quý IV chưa được tính",
        DocumentReference("01-ĐKN", APPEALED_ON),
    )
    await execute_once(
        officers.unit_of_work(actor, MORNING), identifier("appeal", appraisal.person_id), command
    )


async def _answer(season: Season, key: UUID) -> None:
    appraisal = await _first_appraisal(season, YEAR, lambda appraisal: appraisal.id == key)
    officers, actor = await _officer_on(season, ANSWERED_ON, Act.ANSWER_APPEAL, appraisal)
    command = AnswerAppeal(
        Target(appraisal.id, appraisal.version),
        "Kết quả quý IV đã được tính; giữ nguyên mức xếp loại",
        DocumentReference("12-TB/HU", ANSWERED_ON),
    )
    await execute_once(
        officers.unit_of_work(actor, MORNING), identifier("answer", appraisal.person_id), command
    )


async def _annul(season: Season, appraisal: Appraisal) -> None:
    """The superior annuls a decision that broke the rules (QĐ124:Đ13.3)."""
    officers, actor = await _officer_on(season, ANNULLED_ON, Act.REQUIRE_REREVIEW, appraisal)
    paper = DocumentReference("21-QĐ/TU", ANNULLED_ON)
    command = Annul(
        Target(appraisal.id, appraisal.version), "Biểu quyết chưa đúng quy định", None, paper
    )
    await execute_once(
        officers.unit_of_work(actor, MORNING), identifier("annul", appraisal.person_id), command
    )


async def _rate_again(season: Season, key: UUID, level: Level) -> None:
    """The authority decides again, with the same level."""
    appraisal = await _first_appraisal(season, YEAR, lambda appraisal: appraisal.id == key)
    officers, actor = await _officer_on(season, RATED_AGAIN_ON, Act.RATE, appraisal)
    command = Decide(
        LevelDecision(appraisal.id, appraisal.version, level, "Biểu quyết lại theo đúng quy định"),
        DocumentReference("13-KL/TU", RATED_AGAIN_ON),
    )
    await execute_once(
        officers.unit_of_work(actor, AFTERNOON),
        identifier("rate again", appraisal.person_id),
        command,
    )


async def _later_fault(season: Season) -> None:
    """The previous year is rated again after a discipline for an act of that year (QĐ124:Đ12.4.5)."""
    appraisal = await _first_appraisal(season, HISTORY, _official(AT_FAULT, Level.COMPLETED))
    officers, actor = await _officer_on(season, LATER_FAULT_ON, Act.ANNUL, appraisal)
    reason = "Bị kỷ luật về khuyết điểm xảy ra năm 2022 (QĐ124:Đ12.4.5)"
    paper = DocumentReference("15-QĐ/BCSĐ", LATER_FAULT_ON)
    command = Annul(Target(appraisal.id, appraisal.version), reason, Level.NOT_COMPLETED, paper)
    await execute_once(
        officers.unit_of_work(actor, MORNING),
        identifier("later fault", appraisal.person_id),
        command,
    )


async def _papers(season: Season) -> None:
    """One completed file with all its papers, each from its maker; another file with its minutes."""
    officers = await season.officers(PAPERS_ON)
    appraisal = await _first_appraisal(season, YEAR, _body(COMPLETED))
    office = await _officer_for(officers, Act.COMPILE, appraisal)
    chair = await _officer_for(officers, Act.RATE, appraisal)
    head = await _officer_for(officers, Act.SELF_RATE, appraisal)
    makers = {
        "self_review": head,
        "minutes": head,
        "appraisal_summary": office,
        "conclusion": chair,
    }
    for paper, actor in makers.items():
        await _attach(officers, actor, appraisal, paper)
    command = CompleteFile(appraisal.id, appraisal.version)
    await execute_once(officers.unit_of_work(office, AFTERNOON), None, command)
    other = await _first_appraisal(season, YEAR, _body(WITH_OPINIONS))
    await _attach(officers, await _officer_for(officers, Act.SELF_RATE, other), other, "minutes")


async def _attach(officers: Officers, actor: Actor, appraisal: Appraisal, paper: str) -> None:
    content = pdf(f"{paper.replace('_', ' ')}: {appraisal.body_code}")
    offered = Offered(
        appraisal_id=appraisal.id,
        paper=paper,
        number=f"{officers.day:%d%m}-HS",
        issued_on=appraisal.document_date or officers.day,
        issuer="Ban Tổ chức Tỉnh uỷ",
        sha256=sha256(content).hexdigest(),
        media_type="application/pdf",
    )
    by = By(officers.policy, actor, officers.at(AFTERNOON))
    await dossier.attach(officers.connection, by, offered, content)


async def _officer_on(
    season: Season, day: date, act: Act, appraisal: Appraisal
) -> tuple[Officers, Actor]:
    officers = await season.officers(day)
    return officers, await _officer_for(officers, act, appraisal)


async def _officer_for(officers: Officers, act: Act, appraisal: Appraisal) -> Actor:
    ((_, actor),) = await officers.first_officers(act, [appraisal])
    assert actor is not None, (act, appraisal)  # noqa: S101 -- every story has an officer
    return actor


async def _first_appraisal(season: Season, year: int, chosen: Chosen) -> Appraisal:
    """The first chosen appraisal, in an order that is the same in every demonstration."""
    of_year: Sequence[Appraisal] = await appraisals.of_year(season.connection, year)
    matches = [appraisal for appraisal in of_year if chosen(appraisal)]
    return min(matches, key=lambda appraisal: appraisal.body_code or str(appraisal.person_id))


def _official(post: str, level: Level) -> Chosen:
    return lambda appraisal: appraisal.post_code == post and appraisal.level == level


def _body(code: str) -> Chosen:
    return lambda appraisal: appraisal.body_code == code
