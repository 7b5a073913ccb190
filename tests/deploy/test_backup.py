"""The drill: a backup under load, a disaster, a restore to the moment before it, and the proof."""

from pathlib import Path

import pytest

from tests.deploy.cluster import Cluster
from tests.deploy.load import loaded, lost
from tests.deploy.processes import own, until
from tests.deploy.servers import Server

SMALL_BYTES_MAX = 1 << 20
LAST = "SELECT sequence, encode(hash, 'hex') FROM act ORDER BY sequence DESC LIMIT 1"


def test_a_backup_under_load_is_restored_to_a_moment_and_verified(cluster: Cluster) -> None:
    primary, backup = cluster.primary, cluster.folder / "base"
    with loaded(cluster) as load:
        load.until_acknowledged(3, "before the backup")
        primary.tool("backup", backup, cluster.following)
        load.until_acknowledged(10, "after the backup")
    report = load.report
    last = primary.sql(LAST)
    ((moment,),) = primary.sql("SELECT clock_timestamp()::text")
    with loaded(cluster, clients=1) as load:
        load.until_acknowledged(2, "after the moment")
    later = load.report
    assert primary.sql(LAST) != last
    archived(cluster)

    restored = Server("restored", cluster.folder, cluster.archive)
    output = primary.tool("restore", backup, restored.data, moment)
    assert "xeploai verify" in output
    restored.configure(archive_mode="off")
    restored.start()
    try:
        until(lambda: restored.sql("SELECT pg_is_in_recovery()") == [(False,)], "the moment")
        assert restored.sql(LAST) == last
        url = restored.url("xeploai_owner", cluster.passwords["xeploai_owner"])
        settings = cluster.as_owner | {"DATABASE_URL": url}
        assert "everything fits" in cluster.command("verify", **settings)
        assert lost(restored, report) == []
        assert lost(restored, later) != []
    finally:
        restored.stop()


def archived(cluster: Cluster) -> None:
    """Everything that was written so far is in the archive."""
    primary = cluster.primary
    ((segment,),) = primary.sql("SELECT pg_walfile_name(pg_current_wal_lsn())")
    primary.sql("SELECT pg_switch_wal()")
    until((cluster.archive / segment).exists, f"{segment} is archived")


def test_a_backup_that_was_spoilt_is_not_restored(cluster: Cluster) -> None:
    backup = cluster.folder / "spoilt"
    cluster.primary.tool("backup", backup, cluster.following)
    control = backup / "global" / "pg_control"
    content = bytearray(control.read_bytes())
    content[100] ^= 1
    control.write_bytes(content)
    with pytest.raises(AssertionError, match="global/pg_control: FAILED"):
        cluster.primary.tool("restore", backup, cluster.folder / "nowhere", "2023-12-11")
    assert not (cluster.folder / "nowhere").exists()


def test_a_backup_into_a_name_that_exists_is_refused_and_changes_nothing(cluster: Cluster) -> None:
    backup = cluster.folder / "twice"
    cluster.primary.tool("backup", backup, cluster.following)
    file, link = cluster.folder / "a-file", cluster.folder / "a-link"
    own(file_with(file, "kept"))
    link.symlink_to(cluster.folder / "nowhere-yet")
    before = contents(backup)
    for name in (backup, f"{backup}/", file, link):
        with pytest.raises(AssertionError, match=r"exists; nothing was changed; name a new"):
            cluster.primary.tool("backup", name, cluster.following)
    assert contents(backup) == before
    assert file.read_text(encoding="utf-8") == "kept"
    assert not (cluster.folder / "nowhere-yet").exists()
    assert [path.name for path in cluster.folder.glob("*.part")] == []


def file_with(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """The small files of a folder with their bytes, the others with their size."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.stat().st_size < SMALL_BYTES_MAX
        else str(path.stat().st_size).encode()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_segment_is_archived_once_and_never_another_under_its_name(cluster: Cluster) -> None:
    segment = cluster.folder / "0000000100000000000000EE"
    for content in (b"one", b"one"):
        segment.write_bytes(content)
        cluster.primary.tool("archive", segment, segment.name)
    segment.write_bytes(b"two")
    with pytest.raises(AssertionError):
        cluster.primary.tool("archive", segment, segment.name)
    assert (cluster.archive / segment.name).read_bytes() == b"one"
    (cluster.archive / segment.name).unlink()
