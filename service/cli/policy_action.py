"""The work of the commands `xeploai policy …`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_check import Remark, check, described
from authz.policy_file import Policy, policy_of
from db import migrate
from db.connection.engine import connect, transaction
from db.repositories import person as persons
from db.repositories.policy_difference import Named
from resolvers.authorization import policy as policies
from resolvers.authorization.policy import SIGNERS_NEEDED, Signed
from resolvers.authorization.principal import SignedIn
from resolvers.clock import VIETNAM
from resolvers.errors import Problem
from resolvers.queries.policy_difference import Differences, PolicyDifference, diff
from service.auth.identity import BadTokenError, Identity
from service.errors import DemonstrationProblem, PolicyProblem
from service.settings import Settings

NAMES_SHOWN = 10


def read(file: Path) -> Policy:
    """The policy of a file.

    Raises:
        PolicyError: the text is not a policy; the message names each fault with its line.
        PolicyProblem: the file cannot be read as text.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise PolicyProblem(f"{file} cannot be read ({fault})") from fault
    if "\0" in text:
        raise PolicyProblem(f"{file} cannot be read (it is not text)")
    return policy_of(text, file.name)


def remarks(file: Path) -> tuple[Sequence[str], bool]:
    """The remarks on a policy, one line each, and whether one of them is a fault."""
    policy_remarks: Sequence[Remark] = check(read(file))
    return [f"{remark.kind}  {remark.sentence}" for remark in policy_remarks], any(
        remark.is_fault for remark in policy_remarks
    )


async def differences(url: str, policy: Policy, year: int, *, every_name: bool) -> str:
    """The differences from the active policy to this one, as text."""
    async with _registry(url) as connection:
        before = await policies.active_policy(connection)
        return _as_text(await diff(connection, before, policy, year), every_name=every_name)


async def content(url: str, revision: str | None) -> str:
    """The text of a revision, or of the active one."""
    async with _registry(url) as connection:
        return await policies.content_of(connection, revision)


async def activate(url: str, policy: Policy, person: UUID, settings: Settings) -> str:
    """Sign a policy as a person. Returns the signers, the missing signatures, or that it is active now."""
    day = settings.fixed_day or datetime.now(VIETNAM).date()
    async with _registry(url) as connection:
        if settings.demonstration and await persons.any_real(connection):
            raise DemonstrationProblem("tokens of a demonstration sign nothing for real people")
        post = await policies.officer_post(connection, person, day)
        at = datetime.now(UTC)
        signed = await policies.sign(connection, policy.text, person, post, at, day)
        return _as_lines(signed)


def person_of(identity: Identity, token: str) -> UUID:
    """The person of a token.

    Raises:
        PolicyProblem: the token is not accepted, or names a service account.
    """
    try:
        caller = identity.caller(f"Bearer {token.strip()}")
    except BadTokenError as fault:
        raise PolicyProblem(f"--as: {fault.en} ({fault.reason})") from fault
    if not isinstance(caller, SignedIn):
        raise PolicyProblem("--as: a policy is signed by a person, not by a service account")
    return caller.person_id


@asynccontextmanager
async def _registry(url: str) -> AsyncIterator[AsyncConnection]:
    """A transaction in a migrated database; a Problem inside becomes a PolicyProblem."""
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            if not (await migrate.schema_state(connection)).will_do:
                raise PolicyProblem("this database is not ready yet; start the service once")
            yield connection
    except Problem as problem:
        clause = f" ({problem.clause})" if problem.clause else ""
        raise PolicyProblem(f"{problem}{clause}") from problem
    finally:
        await engine.dispose()


def _as_lines(signed: Signed) -> str:
    lines = [f"revision {signed.revision}"]
    lines += [f"signed   {signer.name}, {signer.post}" for signer in signed.signers]
    lines += [
        f"lapsed   {signer.name}, {signer.post}: older than 30 days, or no officer any more"
        for signer in signed.lapsed
    ]
    if signed.is_active:
        lines.append("active   from now on")
    else:
        lines.append(f"needed   {signed.needed} more of {SIGNERS_NEEDED}, by another officer")
    return "\n".join(lines)


def _as_text(differences: Differences, *, every_name: bool) -> str:
    lines = [f"- {described(row)}" for row in differences.removed]
    lines += [f"+ {described(row)}" for row in differences.added]
    for seat in differences.seats:
        lines += _seat_lines(seat, every_name=every_name)
    if not differences.seats:
        lines.append("no seat gains or loses anything")
    return "\n".join(lines)


def _seat_lines(seat: PolicyDifference, *, every_name: bool) -> list[str]:
    lines = ["", f"{seat.rater['id']} ({seat.seat}), {seat.act}"]
    for word, subjects in (("gains", seat.gained), ("loses", seat.lost)):
        if subjects:
            shown = subjects if every_name else subjects[:NAMES_SHOWN]
            lines.append(f"  {word} {len(subjects)}")
            lines += [f"    {_named_subject(subject)}" for subject in shown]
            more = len(subjects) - len(shown)
            lines += [f"    … and {more} more (--all)"] * bool(more)
    return lines


def _named_subject(subject: Named) -> str:
    return (
        f"{subject.name}: {'; '.join(subject.posts)}"
        if subject.posts
        else f"{subject.name} ({subject.key})"
    )
