"""The life of the policy: installed once, changed by two officers, held by the commands that commit under it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_check import check
from authz.policy_file import Policy, policy_of
from db.errors import RowMissing
from db.repositories import policy as policies, rater as raters
from db.repositories.policy import Signature, Signer
from db.repositories.rater import RaterRole
from resolvers import registry_act
from resolvers.errors import BadInput, Forbidden, NotFound, StalePolicy
from rules.enums import RegistryAct

SIGNERS_NEEDED = 2
SIGNATURE_LIFE = timedelta(days=30)
"""So long a signature counts: nobody means a draft for ever, and the registry changes meanwhile."""

COMMITTEE = "provincial_standing_committee"
OF_THE_COMMITTEE = "HD01:6.1"
POLICIES_CACHED = 8


@dataclass(frozen=True, slots=True)
class Signed:
    """How far a revision has come: who signed it, the first one first; active with the last one.

    `lapsed` signed as well, and count no more: too long ago, or they hold the office no more.
    """

    revision: str
    signers: tuple[Signer, ...]
    lapsed: tuple[Signer, ...] = ()

    @property
    def needed(self) -> int:
        """How many signatures it still lacks."""
        return max(0, SIGNERS_NEEDED - len(self.signers))

    @property
    def is_active(self) -> bool:
        return not self.needed


async def install(connection: AsyncConnection, text: str, at: datetime) -> None:
    """Activate the policy that came with the service, without signatures, if none ever was active.

    Raises:
        PolicyError: the text is not a policy.
    """
    await policies.lock(connection)
    if await policies.active(connection) is None:
        revision = policy_of(text).revision
        await policies.record(connection, revision, text, at)
        await policies.activate(connection, revision, at)
        await registry_act.record(
            connection, "install", at, act=RegistryAct.SET_POLICY, revision=revision
        )


async def active_policy(connection: AsyncConnection) -> Policy:
    """The policy that holds; the same object as long as it is the same revision.

    Raises:
        NotFound: none ever was active.
        PolicyError: it has words that this version of the service does not know.
    """
    return _read((await _active(connection)).content)


@lru_cache(POLICIES_CACHED)
def _read(content: str) -> Policy:
    """Decisions are kept by policy object, so that one revision must be one object."""
    return policy_of(content, "the active policy")


async def content_of(connection: AsyncConnection, revision: str | None) -> str:
    """The text of a revision, of the active one without an argument.

    Raises:
        NotFound: there is no such revision, or none ever was active.
    """
    if revision is None:
        return (await _active(connection)).content
    try:
        return await policies.content_of(connection, revision)
    except RowMissing as fault:
        raise NotFound(vi=f"Không có bản chính sách {revision}", en=str(fault)) from fault


async def hold(connection: AsyncConnection, policy: Policy) -> None:
    """Keep this policy the active one until the transaction ends; call it before anything is locked.

    Raises:
        StalePolicy: another one is active by now.
    """
    if not await policies.hold(connection, policy.revision):
        raise stale_policy()


def stale_policy() -> StalePolicy:
    """The refusal where another policy is active than the one of the request."""
    return StalePolicy(
        vi="Bảng thẩm quyền vừa được thay; hãy thực hiện lại",
        en="Another policy has become active meanwhile; do it again",
    )


async def officer_post(connection: AsyncConnection, person: UUID, day: date) -> str:
    """The post by which a person may sign: see `officer_role`.

    Raises:
        Forbidden: the person holds no such post on the day.
    """
    role = await officer_role(connection, person, day)
    if role is None:
        raise Forbidden(
            vi="Chỉ cán bộ Ban Tổ chức Tỉnh uỷ được ký thay đổi bảng thẩm quyền",
            en="only an officer of the office that compiles for the Provincial Standing Committee may "
            "sign a policy",
            clause=OF_THE_COMMITTEE,
        )
    return role.post_code


async def officer_role(connection: AsyncConnection, person: UUID, day: date) -> RaterRole | None:
    """What makes a person an officer of the office that compiles for the committee of 6.1, if anything."""
    for role in await raters.roles(connection, person, day):
        if (role.rater_code, role.seat) == (COMMITTEE, raters.COMPILING):
            return role
    return None


async def sign(  # noqa: PLR0913, PLR0917 - a signature is all of these
    connection: AsyncConnection, text: str, person: UUID, post: str, at: datetime, day: date
) -> Signed:
    """Sign that a policy shall follow the active one; the second person's signature activates it.

    A signature counts for the activation that it follows, and for no later one; for 30 days; and
    while its signer is an officer: on `day`, on which this signature is made.

    Raises:
        PolicyError: the text is not a policy.
        BadInput: it has faults (authz/policy_check.py), is active already, or this person's signature of it
            is too old: a person signs one revision once.
        NotFound: no policy ever was active.
    """
    policy = policy_of(text)
    _refuse_faults(policy)
    await policies.lock(connection)
    before = await _active(connection)
    if before.revision == policy.revision:
        raise BadInput(
            vi="Bản này đang có hiệu lực", en="this revision is active already", field="file"
        )
    await policies.record(connection, policy.revision, text, at)
    signature = Signature(
        revision=policy.revision,
        follows=before.sequence,
        person_id=person,
        post_code=post,
        signed_at=at,
    )
    await policies.sign(connection, signature)
    signed = await _counted(connection, policy.revision, before.sequence, at, day)
    if person not in {signer.person_id for signer in signed.signers}:
        raise BadInput(
            vi="Chữ ký của người này cho bản này đã quá 30 ngày: ghi ngày mới vào một dòng # rồi ký lại",
            en="this person's signature of this revision is older than 30 days: write today's date into a "
            "line with # and sign the file anew",
            field="file",
        )
    if signed.is_active:
        await policies.activate(connection, policy.revision, at)
    await _record(connection, signature, signed)
    return signed


async def _record(connection: AsyncConnection, signature: Signature, signed: Signed) -> None:
    """Append the act of a signature, or of the activation that comes with it."""
    await registry_act.record(
        connection,
        "activation" if signed.is_active else "signature",
        signature.signed_at,
        act=RegistryAct.SET_POLICY,
        person=signature.person_id,
        post=signature.post_code,
        revision=signature.revision,
        follows=signature.follows,
        signers=[str(signer.person_id) for signer in signed.signers],
    )


async def _counted(
    connection: AsyncConnection, revision: str, follows: int, at: datetime, day: date
) -> Signed:
    """The signatures of a revision: those that count at this moment, and the others."""
    signers: list[Signer] = []
    lapsed: list[Signer] = []
    for signer in await policies.signers(connection, revision, follows):
        is_officer = await officer_role(connection, signer.person_id, day) is not None
        counts = is_officer and at - signer.signed_at <= SIGNATURE_LIFE
        (signers if counts else lapsed).append(signer)
    return Signed(revision, tuple(signers), tuple(lapsed))


def _refuse_faults(policy: Policy) -> None:
    if faults := [one.sentence for one in check(policy) if one.is_fault]:
        sentence = "; ".join(faults)
        raise BadInput(
            vi=f"Bản này có lỗi: {sentence}", en=f"it has faults: {sentence}", field="file"
        )


async def _active(connection: AsyncConnection) -> policies.Active:
    active = await policies.active(connection)
    if active is None:
        raise NotFound(
            vi="Chưa có bảng thẩm quyền nào có hiệu lực", en="no policy is active here yet"
        )
    return active
