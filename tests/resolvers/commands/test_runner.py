"""Every command is a frozen dataclass of which each field counts, hashed as the version before hashed it."""

import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from importlib import import_module
from inspect import isabstract
from pkgutil import walk_packages
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLInputObjectType, get_named_type

import resolvers
from resolvers.commands.annulment import Annul
from resolvers.commands.command import Command, Target
from resolvers.commands.conclude import Conclude, Decide, LevelDecision
from resolvers.commands.delegate import Delegate, WithdrawDelegation
from resolvers.commands.dossier_completion import CompleteFile
from resolvers.commands.exclude_and_transfer import EndExclusion, Exclude, Transfer
from resolvers.commands.facts_completion import RecordFacts
from resolvers.commands.open_year import CloseYear, OpenYear, SupplementYear
from resolvers.commands.prepare import GiveOpinion, Propose, RateOneself, RecordReview
from resolvers.commands.remedy import (
    AnswerAppeal,
    Appeal,
    PermitOutOfOrder,
    RequireReviewAgain,
    SuggestReview,
)
from resolvers.commands.runner import input_hash
from resolvers.values import DocumentReference
from rules.enums import Act, Level
from rules.judgement.exclusion import Ground
from rules.procedure.precedence import Step
from schema.graph import schema

FIRST = UUID("11111111-2222-4333-8444-555555555555")
OTHER = UUID("00000000-2222-4333-8444-555555555555")
DAY, TODAY = date(2023, 12, 11), date(2023, 12, 12)
TARGET = Target(FIRST, 7)
PAPER = DocumentReference(" 12-KL/TU ", DAY)
TEXT = unicodedata.normalize("NFD", "Đã xem xét")
DECISIONS = (
    LevelDecision(FIRST, 7, Level.GOOD, TEXT),
    LevelDecision(OTHER, 2, Level.EXCELLENT, None),
)
FACTS = {
    "targets": {"completed": 9, "assigned": 10},
    "attested": [TEXT],
    "share": 0.5,
    "none": None,
}
RELEASED: Mapping[str, tuple[Command, str]] = {
    "a list": (
        Conclude(year=2023, group="departments", decisions=DECISIONS, document=PAPER),
        "5b5aca77c447ea2390a70869a97dd71b4264387e289d024ab422e56347e0d2ab",
    ),
    "one decision": (
        Decide(DECISIONS[0], PAPER),
        "40e4cd4218de7ae6cfca9cc226aad82dbbfe11516484063176a63679aa76f0d7",
    ),
    "a review": (
        RecordReview(TARGET, "ht.so-y-te", DAY, "1.5", PAPER),
        "fadda810460c40945667d2898ebb0e7112c50a587b86a78f2ebf4ceeaaa80b8e",
    ),
    "facts": (
        RecordFacts(TARGET, FACTS),
        "4a8ba48ffbe1d65c1170d17207799ba406c360ea876766e748f273a75908b2f9",
    ),
    "a self-rating": (
        RateOneself(TARGET, Level.GOOD, TEXT),
        "1ba9e9d5a64d46baa9440170f191b4ddd89193fd88a5f5425949feab7546b3b4",
    ),
    "a proposal": (
        Propose(TARGET, Level.GOOD, ""),
        "dd45ae7c26d7f140d7314a4b01f60362c77a68ea950acbdb67dbf5227d7046a2",
    ),
    "an opinion": (
        GiveOpinion(TARGET, TEXT),
        "b87a3739316e78025b8f82fb6a28ccdb796c8355b9b49a3e6c00304c577414b5",
    ),
    "an annulment and a level": (
        Annul(TARGET, TEXT, Level.COMPLETED, PAPER),
        "2d2b67e71a508fe8e12c51af27745185c7205645bd1d87b9ab8b39875400c838",
    ),
    "an annulment": (
        Annul(TARGET, TEXT, None, PAPER),
        "0a214c6875296ee50aff4cdb20fd79b2cb77665774c22e569622928acb6b4597",
    ),
    "a review again": (
        RequireReviewAgain(TARGET, TEXT),
        "9e34f923725dc784ff507113fd957649fde820c448545b9544394430cf983c25",
    ),
    "a suggestion": (
        SuggestReview(TARGET, TEXT, PAPER),
        "631f570a58c86918310099e2649a0da071cdb5304206828ad6b6985c6d82ab7f",
    ),
    "a step out of order": (
        PermitOutOfOrder(TARGET, Step.RATE, TEXT, PAPER),
        "443d8ad8ecd1243c929f60f76941605ea9830387ea8671bf4a4f4581ce8f922e",
    ),
    "an appeal": (
        Appeal(TARGET, TEXT, PAPER),
        "a512adb0ee64c5c8ac596bd0a97ed5cf4be5ecba05d434f2617492d542f4a4fe",
    ),
    "a reserved opinion": (
        Appeal(TARGET, TEXT, None),
        "b0881be78df213e0da29ee0c72d3867c1d6b8db5abb970c2d59f4e8033303361",
    ),
    "an answer": (
        AnswerAppeal(TARGET, TEXT, PAPER),
        "1fca02757cc026477aa87d8f51dc4a4f57b5380fcf5c3e3a13688f7c518af821",
    ),
    "an exclusion after a review": (
        Exclude(TARGET, Ground.NEWLY_ADMITTED, TEXT, PAPER, DAY),
        "0675f0af450bbd7a5305e7954ac1c2ebca431f3f2af67fc595ef97bb56720d17",
    ),
    "an exclusion": (
        Exclude(TARGET, Ground.EXCUSED, TEXT, PAPER, None),
        "b9ee8dec425d191454687c88550dbdb4cf639d946c40e738e8768c63dfc92d0f",
    ),
    "the end of an exclusion": (
        EndExclusion(TARGET, TEXT, PAPER),
        "0ce61b2c0d7386a6ccc6255d234f58f560ee6af7df74d0e6ea6a6dc3f5d178be",
    ),
    "a transfer": (
        Transfer(TARGET, "ht.so-y-te.pho", DAY, PAPER),
        "91066d355a498d3b6d79865305ad2fe47a545d6eda71d1693582876f5f3920bd",
    ),
    "an opening": (
        OpenYear(2023, PAPER),
        "cbf8d79b7ce441757e317d68e57f04c0bae7f3584b71dd41c51b84d9071d1780",
    ),
    "a supplement": (
        SupplementYear(2023, PAPER),
        "b2de2d3f5b4fda3ac527d50409adae3839304a3b48a1f40818c1cdf5dfd722f5",
    ),
    "a closing": (
        CloseYear(2023, PAPER),
        "5e26d01faac2991e9ee3cc4bf74fcab4ac78c2719831dee9988da439ee78711e",
    ),
}
"""Each released command as a client gives it, and the hash by which commit 1e142f2 kept its key."""

NEW = (
    Delegate(
        rater_id="panel_6_2_3",
        post_code="ht.so-y-te.truong",
        acts=(Act.RATE,),
        classes=("leader",),
        bodies=("ht.so-y-te",),
        since=DAY,
        until=TODAY,
        document=PAPER,
        version=3,
    ),
    WithdrawDelegation(FIRST, PAPER, 1),
    CompleteFile(FIRST, 7),
)
EVERY = [*(command for command, _ in RELEASED.values()), *NEW]


def classes() -> set[type[Command]]:
    """Every class of commands that there is."""
    for module in walk_packages(resolvers.__path__, "resolvers."):
        import_module(module.name)
    # With slots, a dataclass is another class than the one that was written; that one may still be there.
    return {
        kind
        for kind in _below(Command)  # type: ignore[type-abstract]  # only what is below it
        if not isabstract(kind) and getattr(sys.modules[kind.__module__], kind.__name__) is kind
    }


def _below(kind: type[Command]) -> Iterator[type[Command]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


def changed(value: Any) -> Any:  # noqa: ANN401 -- a value of any field
    """Another value of the same kind."""
    match value:
        case Enum():
            return next(other for other in type(value) if other is not value)
        case str():
            return f"{value}x"
        case int() | float():
            return value + 1
        case UUID():
            return UUID(int=value.int + 1)
        case date():
            return value - timedelta(days=1)
        case None:
            return "was nothing"
    raise AssertionError(f"no field has had such a value: {value!r}")


def variants(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 -- a value of any field
    """The value with any single thing in it changed, and where that is."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for where, variant in variants(getattr(value, field.name)):
                yield f"{field.name}.{where}", replace(value, **{field.name: variant})
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{key} is another key", {**dict(value), f"{key}x": item}
            for where, variant in variants(item):
                yield f"{key}.{where}", {**value, key: variant}
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield "shorter", value[1:]
        for place, item in enumerate(value):
            for where, variant in variants(item):
                yield f"{place}.{where}", [*value[:place], variant, *value[place + 1 :]]
    else:
        yield "", changed(value)


@pytest.mark.parametrize("name", RELEASED)
def test_a_key_that_the_version_before_kept_is_known_again(name: str) -> None:
    """Keys live as long as the database, and instances of both versions run beside each other during an upgrade."""
    command, hashed = RELEASED[name]
    assert input_hash(command.validate(TODAY)).hex() == hashed


def test_the_order_of_a_list_makes_no_other_command() -> None:
    command, hashed = RELEASED["a list"]
    assert isinstance(command, Conclude)
    turned = replace(command, decisions=DECISIONS[::-1]).validate(TODAY)
    assert input_hash(turned).hex() == hashed


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_every_change_of_a_command_changes_its_hash(command: Command) -> None:
    hashed = input_hash(command)
    every = list(variants(command))
    assert len(every) >= len(fields(command))  # type: ignore[arg-type]  # every command is a dataclass
    assert [where for where, variant in every if input_hash(variant) == hashed] == []


def test_no_two_commands_have_one_hash() -> None:
    """Those with the same fields differ by their names."""
    assert len({kind.NAME for kind in classes()}) == len(classes())
    assert len({input_hash(command) for command in EVERY}) == len(EVERY)


def test_every_class_of_commands_is_frozen_and_tried_here() -> None:
    assert {type(command) for command in EVERY} == classes()
    for kind in classes():
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]  # of dataclasses


def mutations() -> Mapping[str, Any]:
    root = schema._schema.mutation_type  # the schema of graphql-core
    assert root is not None
    fields_of_root: Mapping[str, Any] = root.fields
    return fields_of_root


def test_every_mutation_has_its_command_and_every_command_its_mutation() -> None:
    named = {f"{name[0].upper()}{name[1:]}" for name in mutations()}
    assert named == {kind.__name__ for kind in classes()}


@pytest.mark.parametrize("name", mutations())
def test_every_mutation_takes_a_key_and_a_version(name: str) -> None:
    """A year has no version: the command reads its state."""
    arguments = set(mutations()[name].args)
    for argument in mutations()[name].args.values():
        arguments |= set(_fields(get_named_type(argument.type)))
    assert "idempotencyKey" in arguments
    assert "expectedVersion" in arguments or name.endswith("Year")


def _fields(kind: object) -> Iterator[str]:
    if isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield name
            yield from _fields(get_named_type(field.type))
