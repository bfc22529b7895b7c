"""What the texts of a version say is parsed once for each content."""

from tongban.business.items import contents
from tongban.business.items.models import ItemVersion


def test_each_content_is_parsed_once_and_the_oldest_of_too_many_is_given_up(monkeypatch):
    monkeypatch.setattr(contents, "MOST", 2)
    parsed: list[str] = []

    @contents.once_each
    def read(version: ItemVersion) -> str:
        parsed.append(version.content_hash)
        return version.content_hash.upper()

    found = [read(ItemVersion(content_hash=name)) for name in "aabbcbca"]
    assert "".join(found) == "AABBCBCA"
    assert parsed == ["a", "b", "c", "a"]
