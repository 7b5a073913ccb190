"""A catalogue with anything wrong in it is refused: every fault at once, with file and line."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from db.catalogue import Words, read_catalogue
from db.errors import CatalogueError

BODY_HEADER = "code,parent,leads,tier,kind,subject_class,authority_class,peer_group,name,source"
POST_HEADER = "code,body,rank,title,authority_classes,rater_roles,seats,source"
RATER_HEADER = "rater,scope,compiled_by,source"
RATERS = f"{RATER_HEADER}\npanel_6_2_3,ht,ht.so,HD01:6.2.3\n"
BODIES = f"""{BODY_HEADER}
ht,,,PROVINCE,PARTY_ORGANISATION,ORG,,,Đảng bộ tỉnh,HD01:1.2
ht.so,ht,,PROVINCE,AGENCY,ORG,,,Sở Nội vụ,HD01:6.2.3
ht.so.tt,ht.so,ht.so,PROVINCE,LEADERSHIP_COLLECTIVE,COLLECTIVE,department_head,departments,Tập thể,HD01:6
"""
POSTS = f"""{POST_HEADER}
ht.ct,ht,HEAD,Chủ tịch,department_head,panel_6_2_3:chair,1,HD01:6
ht.so.gd,ht.so,HEAD,Giám đốc,department_head,panel_6_2_3:member,1,HD01:6.1
"""
SMALL = {"bodies.csv": BODIES, "posts.csv": POSTS, "raters.csv": RATERS}


def faults_of(directory: Path, files: Mapping[str, str], words: Words) -> list[str]:
    for name, content in (SMALL | dict(files)).items():
        (directory / name).write_bytes(content.encode())
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(directory, words)
    assert str(refusal.value) == "\n".join(map(str, refusal.value.faults))
    return [str(fault) for fault in refusal.value.faults]


def test_the_small_catalogue_of_these_tests_is_right(tmp_path: Path, words: Words) -> None:
    for name, content in SMALL.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert list(read_catalogue(tmp_path, words).bodies) == ["ht", "ht.so", "ht.so.tt"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("code,parent,", "code,father,", "1: unknown column 'father'"),
        ("code,parent,", "code,parent,code,", "1: column 'code' twice"),
        (",name,source", ",name", "1: no column 'source'"),
        (",Sở Nội vụ,", ",Sở Nội vụ,và,", "3: 11 cells, the header has 10"),
        ("ht.so,ht,", "ht.so,hx,", "3: parent is 'hx', which is not a body of the catalogue"),
        (
            "ht.so.tt,ht.so,ht.so,",
            "ht.so.tt,ht.so,ht.sở,",
            "4: leads is 'ht.sở', which is not a body of the catalogue",
        ),
        ("PROVINCE,AGENCY", "COUNTY,AGENCY", "3: tier is 'COUNTY'; it may be PROVINCE, "),
        ("AGENCY,ORG", "BUREAU,ORG", "3: kind is 'BUREAU'; it may be PARTY_ORGANISATION, "),
        ("AGENCY,ORG", "AGENCY,PERSON", "3: subject_class is 'PERSON'; it may be ORG, COLLECTIVE"),
        (
            "department_head",
            "department_boss",
            "4: authority class 'department_boss' is not in the vocabulary",
        ),
        (
            "head,dep",
            "head;department_head,dep",
            "4: authority_class names 'department_head' twice",
        ),
        (
            ",departments,",
            ",offices,",
            "4: peer_group is 'offices', which is not a peer group of the edition",
        ),
        ("Sở Nội vụ", "", "3: name is empty"),
        ("Sở Nội vụ", " Sở Nội vụ", "3: name has blanks around it or invisible characters in it"),
        ("HD01:6.2.3", "", "3: source is empty"),
        ("\nht.so,", "\n,", "3: code is empty"),
        ("\nht.so,", "\nht.Sở,", "3: code is 'ht.Sở', which is not a code like ht.so-noi-vu"),
        ("\nht.so.tt,", "\nht.so,", "4: code 'ht.so' is also on line 3"),
        ("ht,,,", "ht,ht.so.tt,,", "2: a circle of parents: ht -> ht.so.tt -> ht.so -> ht"),
        ("ht.so,ht,", "ht.so,ht.so,", "3: a circle of parents: ht.so -> ht.so"),
        (
            "ht.so.tt,ht.so,ht.so,",
            "ht.so.tt,ht.so,,",
            "4: leads is ''; only collectives, and all of",
        ),
        ("ht.so,ht,,", "ht.so,ht,ht,", "3: leads is 'ht'; only collectives, and all of them, lead"),
        (",Sở Nội vụ,", ',"Sở Nội vụ"!,', "3: is not CSV: "),
    ],
)
def test_a_fault_in_the_bodies_is_reported_with_its_line(
    tmp_path: Path, words: Words, old: str, new: str, fault: str
) -> None:
    assert old in BODIES
    faults = faults_of(tmp_path, {"bodies.csv": BODIES.replace(old, new, 1)}, words)
    assert any(line.startswith(f"bodies.csv:{fault}") for line in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("ht.so.gd,ht.so,", "ht.so.gd,ht.sx,", "3: body is 'ht.sx', which is not a body of the"),
        ("ht.so.gd,ht.so,", "ht.so.gd,,", "3: body is empty"),
        ("ht.so.gd,", "ht.ct,", "3: code 'ht.ct' is also on line 2"),
        ("HEAD,Chủ tịch", "BOSS,Chủ tịch", "2: rank is 'BOSS'; it may be SECRETARY, HEAD, "),
        ("Giám đốc", "", "3: title is empty"),
        ("department_head,panel", "boss,panel", "2: authority class 'boss' is not in the vocab"),
        ("_3:member", "_9:member", "3: rater_roles has 'panel_6_2_9:member'; it may be a rater of"),
        ("_3:member", "_3:guest", "3: rater_roles has 'panel_6_2_3:guest'; it may be a rater of"),
        ("_3:member", "_3", "3: rater_roles has 'panel_6_2_3'; it may be a rater of"),
        ("_3:member,1", "_3:member,0", "3: seats is '0', which is not a positive whole number"),
        ("_3:member,1", "_3:member,-1", "3: seats is '-1', which is not a positive whole number"),
        ("_3:member,1", "_3:member,1.5", "3: seats is '1.5', which is not a positive whole number"),
        ("_3:member,1", "_3:member,", "3: seats is '', which is not a positive whole number"),
        ("chair,1", "chair,2", "2: rater_roles: the chair of panel_6_2_3 has 2 seats"),
    ],
)
def test_a_fault_in_the_posts_is_reported_with_its_line(
    tmp_path: Path, words: Words, old: str, new: str, fault: str
) -> None:
    assert old in POSTS
    faults = faults_of(tmp_path, {"posts.csv": POSTS.replace(old, new, 1)}, words)
    assert any(line.startswith(f"posts.csv:{fault}") for line in faults), faults


@pytest.mark.parametrize(
    ("raters", "faults"),
    [
        ("panel_9,ht,ht.so,x", ["raters.csv:2: rater is 'panel_9', which is not a rater of"]),
        ("panel_6_2_3,hx,ht.so,x", ["raters.csv:2: scope is 'hx', which is not a body of the"]),
        ("panel_6_2_3,ht,hx,x", ["raters.csv:2: compiled_by is 'hx', which is not a body of the"]),
        ("panel_6_2_3,ht,ht.so,", ["raters.csv:2: source is empty"]),
        (
            "panel_6_2_3,ht.so,ht.so,x",
            [
                "posts.csv:2: rater_roles: panel_6_2_3 is at 0 places here, not at one",
                "raters.csv:2: panel_6_2_3 at ht.so has 0 chairs in posts.csv, not one",
            ],
        ),
        (
            "panel_6_2_3,ht,ht.so,x\npanel_6_2_3,ht,ht.so,x",
            ["raters.csv:3: panel_6_2_3 is at ht twice"],
        ),
        (
            "panel_6_2_3,ht,ht.so,x\npanel_6_2_3,ht.so,ht.so,x",
            ["posts.csv:3: rater_roles: panel_6_2_3 is at 2 places here, not at one"],
        ),
    ],
)
def test_a_rater_without_a_place_or_a_chair_is_reported(
    tmp_path: Path, words: Words, raters: str, faults: list[str]
) -> None:
    reported = faults_of(tmp_path, {"raters.csv": f"{RATER_HEADER}\n{raters}\n"}, words)
    for fault in faults:
        assert any(line.startswith(fault) for line in reported), reported


@pytest.mark.parametrize("name", SMALL)
def test_text_that_is_not_nfc_is_reported(tmp_path: Path, words: Words, name: str) -> None:
    decomposed = {name: SMALL[name].replace("HD01:6", unicodedata.normalize("NFD", "Điều 6"))}
    faults = faults_of(tmp_path, decomposed, words)
    assert all(fault.startswith(name) and "source is not NFC" in fault for fault in faults)


@pytest.mark.parametrize("name", SMALL)
def test_a_file_that_is_not_there_or_empty_is_reported(
    tmp_path: Path, words: Words, name: str
) -> None:
    assert f"{name}:1: there is nothing in it" in faults_of(tmp_path, {name: ""}, words)
    (tmp_path / name).unlink()
    with pytest.raises(CatalogueError, match=f"{name}:1: there is no such file"):
        read_catalogue(tmp_path, words)


def test_a_file_that_is_not_utf_8_is_reported_with_its_line(tmp_path: Path, words: Words) -> None:
    faults_of(tmp_path, {"posts.csv": ""}, words)
    (tmp_path / "posts.csv").write_bytes(POSTS.encode().replace("ủ".encode(), b"\xff"))
    with pytest.raises(CatalogueError, match=r"posts\.csv:2: is not UTF-8"):
        read_catalogue(tmp_path, words)


@pytest.mark.parametrize(
    ("days", "faults"),
    [
        ("2020-01-01,2019-12-31", ["3: dissolved_on 2019-12-31 is before founded_on 2020-01-01"]),
        (
            "1/1/2020,x",
            ["3: dissolved_on is 'x', which is", "3: founded_on is '1/1/2020', which is"],
        ),
    ],
)
def test_the_days_of_a_body_are_checked(
    tmp_path: Path, words: Words, days: str, faults: list[str]
) -> None:
    lines = BODIES.splitlines()
    ends = [",founded_on,dissolved_on", ",,", f",{days}", ",2020-01-01,2020-01-01"]
    files = {"bodies.csv": "\n".join(map(str.__add__, lines, ends))}
    reported = faults_of(tmp_path, files, words)
    assert len(reported) == len(faults)
    for fault, line in zip(faults, reported, strict=True):
        assert line.startswith(f"bodies.csv:{fault}")


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path, words: Words) -> None:
    files = {
        "bodies.csv": BODIES.replace("ht.so,ht,,PROVINCE", "ht.so,hx,,COUNTY"),
        "posts.csv": POSTS.replace("Giám đốc", "").replace("HEAD,Chủ", "BOSS,Chủ"),
        "raters.csv": RATERS.replace("HD01", "").replace("ht.so", "hx"),
    }
    assert [fault.split(";")[0] for fault in faults_of(tmp_path, files, words)] == [
        "bodies.csv:3: parent is 'hx', which is not a body of the catalogue",
        "bodies.csv:3: tier is 'COUNTY'",
        "posts.csv:2: rank is 'BOSS'",
        "posts.csv:3: rater_roles: panel_6_2_3 is at 0 places here, not at one",
        "posts.csv:3: title is empty",
        "raters.csv:2: compiled_by is 'hx', which is not a body of the catalogue",
    ]


@pytest.mark.parametrize("name", SMALL)
def test_a_byte_order_mark_of_a_spreadsheet_is_read_over(
    tmp_path: Path, words: Words, name: str
) -> None:
    for file, content in SMALL.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    plain = read_catalogue(tmp_path, words)
    (tmp_path / name).write_text(SMALL[name], encoding="utf-8-sig")
    assert read_catalogue(tmp_path, words).bodies == plain.bodies


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("content", ["", "\xff", "cod;parent\n"])
def test_faults_that_follow_from_an_unreadable_file_are_not_reported(
    tmp_path: Path, words: Words, name: str, content: str
) -> None:
    for file, text in SMALL.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(tmp_path, words)
    assert {fault.file for fault in refused.value.faults} == {name}
    assert {fault.line for fault in refused.value.faults} == {1}


@pytest.mark.parametrize("eth", ["\u00d0", "\u0189"])
def test_letters_that_look_like_d_with_a_stroke_are_read_as_it(
    tmp_path: Path, words: Words, eth: str
) -> None:
    files = SMALL | {"bodies.csv": BODIES.replace("Sở Nội vụ", f"{eth}ảng uỷ", 1)}
    for file, content in files.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    bodies = read_catalogue(tmp_path, words).bodies.values()
    assert "Đảng uỷ" in {one.name for one in bodies}


@pytest.mark.parametrize("char", ["\u00a0", "\u200b", "\u202e", "\u3164", "\u034f"])
def test_a_name_with_something_invisible_in_it_is_reported(
    tmp_path: Path, words: Words, char: str
) -> None:
    files = {"bodies.csv": BODIES.replace("Sở Nội vụ", f"Sở Nội{char}vụ", 1)}
    (fault,) = faults_of(tmp_path, files, words)
    assert "name has blanks around it or invisible characters in it" in fault
    assert f"{ord(char):04x}" in fault or f"{ord(char):02x}" in fault
