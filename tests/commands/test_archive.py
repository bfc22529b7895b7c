"""One file: what was put in comes out, and any change of any byte of it is noticed."""

import io
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from tongban.commands.backing import archive
from tongban.commands.backing.archive import Manifest, NoArchive

CONTENT = {archive.DATABASE: b"dump" * 200, archive.ANCHORS: b"anchor\n", "lake/a/b": b"\0" * 999}


def silent(step: str, done: int, total: int) -> None:
    return None


def manifest(members: dict[str, archive.Member]) -> Manifest:
    return Manifest(
        made_at="2026-11-21T03:00:00+00:00",
        server="18",
        key_check=archive.key_check(),
        edition=2,
        tables={"ods.people": archive.Table(version=1, rows=7)},
        members=members,
    )


def write(file: Path, content: dict[str, bytes]) -> Path:
    with archive.writing(file) as writer:
        for number, (name, data) in enumerate(content.items()):
            source = file.with_name(f"source-{number}")
            source.write_bytes(data)
            writer.add(name, source)
        writer.close_with(manifest(writer.members))
    return file


def checked(file: Path) -> None:
    with archive.reading(file) as reader:
        reader.check(silent)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("archive") / "backup.tar", CONTENT)


def test_what_was_put_in_comes_out_for_its_owner_alone(whole, tmp_path):
    with archive.reading(whole) as reader:
        for name, data in CONTENT.items():
            reader.copy(name, tmp_path / name)
            assert (tmp_path / name).read_bytes() == data
            assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        assert reader.manifest == manifest(reader.manifest.members)
        assert len(reader.proof) == 64


def test_what_lies_in_the_way_is_not_written_over(whole, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with archive.reading(whole) as reader, pytest.raises(FileExistsError):
        reader.copy("lake/a/b", tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


@runs(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_changed_byte_of_what_it_holds_is_noticed(whole, data):
    with tarfile.open(whole) as tar:
        places = [(member.offset_data, member.size) for member in tar]
    start, size = data.draw(st.sampled_from(places))
    content = bytearray(whole.read_bytes())
    content[start + data.draw(st.integers(0, size - 1))] ^= data.draw(st.integers(1, 255))
    other = whole.with_name("other.tar")
    other.write_bytes(content)

    with pytest.raises((NoArchive, archive.OtherMasterKey)):
        checked(other)


@runs(deadline=None, max_examples=40)
@given(data=st.data())
def test_wherever_it_is_cut_off_it_is_no_archive(whole, data):
    with tarfile.open(whole) as tar:
        last = tar.getmember(archive.PROOF)
    end = data.draw(st.integers(0, last.offset_data + last.size - 1))
    other = whole.with_name("cut.tar")
    other.write_bytes(whole.read_bytes()[:end])
    with pytest.raises(NoArchive):
        checked(other)


def rebuilt(whole: Path, file: Path, name: str, change: tarfile.TarInfo | None) -> Path:
    """The same archive with another member of this name, or without it."""
    with tarfile.open(whole) as old, tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as new:
        for member in old:
            if member.name != name:
                new.addfile(member, old.extractfile(member))
            elif change is not None:
                new.addfile(change, io.BytesIO(b""))
    return file


def test_a_member_that_is_not_there_is_named(whole, tmp_path):
    with pytest.raises(NoArchive) as refused:
        checked(rebuilt(whole, tmp_path / "a.tar", "lake/a/b", None))
    assert refused.value.told("en").endswith("is not a whole backup: lake/a/b is missing")
    assert refused.value.told("zh").endswith("不是完整的备份：缺少 lake/a/b")


def test_a_folder_in_the_place_of_a_member_is_named(whole, tmp_path):
    folder = tarfile.TarInfo("lake/a/b")
    folder.type = tarfile.DIRTYPE
    with pytest.raises(NoArchive, match="lake/a/b is no file"):
        checked(rebuilt(whole, tmp_path / "a.tar", "lake/a/b", folder))


def test_a_link_in_the_place_of_a_member_leads_nowhere(whole, tmp_path):
    link = tarfile.TarInfo("lake/a/b")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(NoArchive):
        checked(rebuilt(whole, tmp_path / "a.tar", "lake/a/b", link))


@pytest.mark.parametrize("name", ["lake/../../etc/cron.d/x", "etc/passwd", "/etc/passwd", "lake"])
def test_a_name_that_leads_out_of_the_state_is_refused_though_its_proof_is_right(tmp_path, name):
    with (
        pytest.raises(NoArchive, match="manifest was changed"),
        archive.reading(write(tmp_path / "backup.tar", {name: b"x"})),
    ):
        pass


def test_a_proof_that_belongs_to_another_manifest_is_refused(tmp_path):
    one, two = (write(tmp_path / f"{n}.tar", {archive.DATABASE: n.encode()}) for n in "ab")
    with tarfile.open(two) as tar:
        proof = tar.getmember(archive.PROOF)
        other = tar.extractfile(proof).read()
    content = one.read_bytes()
    with tarfile.open(one) as tar:
        old = tar.extractfile(archive.PROOF).read()
    one.write_bytes(content.replace(old, other))
    with pytest.raises(NoArchive, match="manifest was changed"):
        checked(one)


def test_a_failure_leaves_no_archive_and_no_part_of_it(tmp_path):
    with pytest.raises(FileNotFoundError), archive.writing(tmp_path / "backup.tar") as writer:
        writer.add("lake/x", tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_of_two_that_make_the_same_backup_the_second_is_refused_and_the_first_stays(tmp_path):
    file = tmp_path / "backup.tar"
    with pytest.raises(archive.FileExists), archive.writing(file) as late:
        write(file, CONTENT)
        first = file.read_bytes()
        late.close_with(manifest(late.members))
    assert file.read_bytes() == first
    assert not list(tmp_path.glob("*.part"))


def test_what_is_added_to_a_file_meanwhile_stays_out(tmp_path):
    """Anchors grow while they are copied."""
    source = tmp_path / "anchors"
    source.write_bytes(b"one\n")
    with archive.writing(tmp_path / "backup.tar") as writer:
        writer.add(archive.ANCHORS, source)
        source.write_bytes(b"one\ntwo\n")
        writer.close_with(manifest(writer.members))
    assert writer.members[archive.ANCHORS].size == 4
    checked(tmp_path / "backup.tar")


def test_progress_ends_at_all_bytes(whole):
    told: list[tuple[str, int, int]] = []
    with archive.reading(whole) as reader:
        reader.check(lambda *words: told.append(words))
    total = sum(map(len, CONTENT.values()))
    assert told[-1] == ("checking", total, total)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_the_check_of_the_key_is_not_the_key():
    assert archive.key_check() == settings.VAULT.digest("key check", "backup").hex()
    assert archive.key_check() not in (settings.STATE / "keys" / "master").read_text()
