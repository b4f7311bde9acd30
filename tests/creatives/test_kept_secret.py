"""A secret that is made once: the same for everybody, never seen half-made."""

import os
import stat
import threading

import pytest

from creatives import kept_secret as module
from creatives.kept_secret import EmptySecret, kept_secret


def test_it_is_made_once_for_the_owners_eyes_only(tmp_path):
    path = tmp_path / "deep" / "secret"
    made = kept_secret(path, entropy=50)
    assert len(made) >= 50 and kept_secret(path, entropy=50) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["secret"]


def test_all_who_come_at_once_read_the_same(tmp_path, monkeypatch):
    """Everybody is held between finding nothing and naming theirs, so that all of them race."""
    barrier, link = threading.Barrier(8), os.link

    def linked(*args):
        barrier.wait()
        link(*args)

    monkeypatch.setattr(module.os, "link", linked)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(kept_secret(tmp_path / "s", entropy=9)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1
    assert [child.name for child in tmp_path.iterdir()] == ["s"]


def test_a_crash_while_writing_leaves_no_name_and_the_next_start_makes_it(tmp_path, monkeypatch):
    def crash(_descriptor):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fsync", crash)
        with pytest.raises(OSError, match="disk is full"):
            kept_secret(tmp_path / "s", entropy=9)
    assert not (tmp_path / "s").exists()
    assert kept_secret(tmp_path / "s", entropy=9)


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "s"
    path.write_text(content)
    with pytest.raises(EmptySecret, match="delete it to have a new one made"):
        kept_secret(path, entropy=9)


def test_a_secret_that_is_there_is_only_read(tmp_path):
    path = tmp_path / "s"
    path.write_text("theirs\n")
    tmp_path.chmod(0o500)
    try:
        assert kept_secret(path, entropy=9) == "theirs"
    finally:
        tmp_path.chmod(0o700)
