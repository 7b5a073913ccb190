"""The reader refuses faults that casbin's reader accepts, with file and line."""

from pathlib import Path

import pytest

from authz.policy_file import PolicyError, load_policy, policy_of, read_rows

GOOD = "p, panel_6_2_1, rate, party_agency_deputy, province, allow, HD01:6.2.1:b"


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as refusal:
        read_rows(text, "policy.csv")
    return refusal.value.faults


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (GOOD.removesuffix(", HD01:6.2.1:b"), "6 columns; there are 7"),
        (GOOD + ", more", "8 columns"),
        (GOOD.replace("p,", "q,"), "row type 'q'"),
        (GOOD.replace("panel_6_2_1", "panel_9"), "unknown rater 'panel_9'"),
        (GOOD.replace("rate,", "rat,"), "unknown act 'rat'"),
        (GOOD.replace("rate,", "rate+,"), "unknown act ''"),
        (GOOD.replace("party_agency_deputy", "deputies"), "unknown class 'deputies'"),
        (GOOD.replace("province", "here"), "unknown scope 'here'"),
        (GOOD.replace("allow", "allwo"), "unknown effect 'allwo'"),
        (GOOD.replace("HD01:6.2.1:b", "HD01:9.9"), "clause 'HD01:9.9' is not in rules/texts"),
        (
            GOOD.replace("panel_6_2_1", "signed_in").replace("province", "own"),
            "scope 'own': signed_in has no place; the scope must be province",
        ),
        (
            GOOD.replace("panel_6_2_1", "competent_authority"),
            "class 'party_agency_deputy': other rows define the competent_authority",
        ),
        (
            GOOD.replace("panel_6_2_1", "competent_authority").replace(
                "party_agency_deputy", "any"
            ),
            "act 'rate': this act defines the competent_authority, so no row may grant it",
        ),
        (
            GOOD.replace("panel_6_2_1", "anybody"),
            "effect 'allow': rows of anybody only deny; signed_in has the rights of all",
        ),
        (
            GOOD.replace("panel_6_2_1", "other_member"),
            "class 'party_agency_deputy', effect 'allow': rows of other_member have class any",
        ),
        (
            GOOD.replace("panel_6_2_1", "other_member")
            .replace("party_agency_deputy", "any")
            .replace("rate", "compile"),
            "act 'compile': other_member records only decisions: annul, answer_appeal, rate",
        ),
        (GOOD + " # a comment", "clause 'HD01:6.2.1:b # a comment'"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(row: str, message: str) -> None:
    (fault,) = faults(f"# a comment\n\n{row}\n")
    assert fault.startswith(f"policy.csv:3: {message}")


def test_a_repeated_row_names_the_line_it_repeats() -> None:
    assert faults(f"{GOOD}\n{GOOD}\n") == ("policy.csv:2: repeats line 1",)


def test_all_faults_come_at_once() -> None:
    assert len(faults(f"{GOOD}\nq\n{GOOD}\np, x\n")) == 3


def test_one_row_may_name_several_acts() -> None:
    rows = read_rows(GOOD.replace("rate", "appraise+rate"), "policy.csv")
    assert [str(row.act) for row in rows] == ["appraise", "rate"]


def test_the_revision_is_the_hash_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "policy.csv"
    path.write_text(GOOD + "\n", encoding="utf-8")
    assert load_policy(path).revision == policy_of(GOOD + "\n").revision
    assert policy_of(GOOD).revision != policy_of(GOOD + "\n# a comment\n").revision
