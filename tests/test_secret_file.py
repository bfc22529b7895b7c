"""A secret is made once, whole, and for its owner alone."""

import threading

import pytest

from tongban import secret_file


def test_it_is_made_by_whoever_comes_first_and_read_by_everybody(tmp_path):
    path = tmp_path / "keys" / "master"
    assert secret_file.text(path, lambda: "one") == "one"
    assert secret_file.text(path, lambda: "two") == "one"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_of_many_that_come_at_once_all_get_the_same(tmp_path):
    start, found = threading.Barrier(8), []

    def come(number: int) -> None:
        def made() -> str:
            start.wait()  # all have seen that there is none
            return f"secret-{number}" * 1000

        found.append(secret_file.text(tmp_path / "key", made))

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert set(found) == {(tmp_path / "key").read_text()}
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_one_that_could_not_be_made_leaves_nothing(tmp_path):
    def made() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        secret_file.text(tmp_path / "key", made)
    assert list(tmp_path.iterdir()) == []
