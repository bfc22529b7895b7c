"""Finding an item by what people call it: words, pinyin and initials."""

import re

import rjieba
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Q, QuerySet
from pypinyin import Style, lazy_pinyin

from tongban.business.items.models import ServiceItem

CONFIG = "simple"
WORD = re.compile(r"\w", re.UNICODE)
LATIN = re.compile(r"^[a-z0-9 ]+$")


def index(item: ServiceItem, also: list[str]) -> None:
    """Write the item's words: its name weighs most, then its other names, then its office."""
    weighted = [
        ("A", _words(item.name_zh) + _words(item.name_en)),
        ("B", [word for text in also for word in _words(text)]),
        ("C", _words(item.office_name)),
    ]
    vectors = " || ".join(["setweight(to_tsvector('simple', %s), %s)"] * len(weighted))
    values = [value for weight, words in weighted for value in (" ".join(words), weight)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE items_serviceitem SET search = {vectors}, pinyin = %s WHERE id = %s",
            [*values, _pinyin([item.name_zh, *also]), item.pk],
        )


def find(text: str) -> QuerySet[ServiceItem]:
    """Items that hold every word, best first; Latin letters are tried as pinyin or initials too."""
    cleaned = " ".join(text.lower().split())
    words = _words(cleaned)
    if not words:
        return ServiceItem.objects.none()
    query = SearchQuery(words[0], config=CONFIG)
    for word in words[1:]:
        query &= SearchQuery(word, config=CONFIG)
    found = Q(search=query)
    if LATIN.match(cleaned):
        found |= Q(pinyin__contains=" " + cleaned.replace(" ", ""))
    return (
        ServiceItem.objects.filter(found)
        .annotate(rank=SearchRank(F("search"), query))
        .order_by("-rank", "listed_in", "name_zh")
    )


def _words(text: str) -> list[str]:
    """As the dictionary cuts it for search, without punctuation."""
    return [word for word in rjieba.cut_for_search(text.lower()) if WORD.search(word)]


def _pinyin(names: list[str]) -> str:
    """For each name its syllables run together, and their initials; each begins with a space."""
    spellings: list[str] = []
    for name in names:
        spellings.append("".join(lazy_pinyin(name)))
        spellings.append("".join(lazy_pinyin(name, style=Style.FIRST_LETTER)))
    return "".join(f" {spelling.lower()}" for spelling in spellings)
