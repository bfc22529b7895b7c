"""What a page loads is small, and fetched once."""

import gzip
import hashlib
import json
import os
import re

import pytest

from tongban.web.ui import assets

HEAVIEST_HOME = 60_000  # bytes, page and all that it loads, brotli


@pytest.fixture
def built() -> dict[str, str]:
    """The hashed name of every plain one."""
    if not assets.MANIFEST.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "The front end is not built: make assets."
        )
    return json.loads(assets.MANIFEST.read_text())


@pytest.fixture
def fetch(client):
    def fetch(address: str, encoding: str = "identity"):
        answer = client.get(address, headers={"accept-encoding": encoding})
        assert answer.status_code == 200, address
        return answer, answer.getvalue()

    return fetch


def loaded(page: str) -> set[str]:
    return set(re.findall(r'/static/[^"#]+', page))


def test_a_page_names_files_by_their_content(client, city, built):
    names = loaded(client.get("/").content.decode())
    assert {"tongban.css", "citizen.js", "mark.svg", "icons.svg"} == {
        re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name.rpartition("/")[2]) for name in names
    }
    assert names <= {f"/static/{hashed}" for hashed in built.values()}


def test_a_hashed_file_holds_what_its_name_says_and_is_kept_for_ever(fetch, built):
    for plain, hashed in built.items():
        _, original = fetch(f"/static/{plain}")
        answer, content = fetch(f"/static/{hashed}")
        assert content == original
        assert hashlib.sha256(content).hexdigest()[:12] in hashed
        assert answer["Cache-Control"] == "max-age=315360000, public, immutable"


def test_a_plain_name_is_asked_for_again(fetch, built):
    answer, _ = fetch("/static/ui/dist/tongban.css")
    assert answer["Cache-Control"] == "max-age=60, public"


def test_a_browser_is_sent_the_smallest_copy_that_it_can_read(fetch, built):
    address = f"/static/{built['ui/dist/tongban.css']}"
    plain, content = fetch(address)
    gzipped, small = fetch(address, "gzip, deflate")
    brotli, smallest = fetch(address, "gzip, deflate, br, zstd")
    assert [a.get("Content-Encoding") for a in (plain, gzipped, brotli)] == [None, "gzip", "br"]
    assert {a["Vary"] for a in (plain, gzipped, brotli)} == {"Accept-Encoding"}
    assert gzip.decompress(small) == content
    assert len(smallest) < len(small) < len(content) / 4


def test_the_home_page_and_all_that_it_loads_are_light(client, city, fetch, built):
    page = client.get("/").content
    sizes = {name: len(fetch(name, "br")[1]) for name in loaded(page.decode())}
    assert len(page) + sum(sizes.values()) < HEAVIEST_HOME, sizes


def test_a_page_names_plain_files_where_nothing_is_built(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    assert assets.BuiltAssets().url("ui/dist/tongban.css") == "/static/ui/dist/tongban.css"
