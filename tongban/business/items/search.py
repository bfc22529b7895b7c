"""Finding an item by what people call it: its names, parts of them, pinyin, initials.

The lexemes are made here and cast, not parsed, so neither the parser nor the locale of a server has
a say in them. Folded text has no capitals; the capital in front says what a lexeme is:
N居住证申领 a whole name · W居住证 a word of the name · G住证 two neighbours, and a last one alone ·
Lshenling, Lsl letters: a word, or the pinyin or initials of all that follows in a name.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Exists, Expression, OuterRef, QuerySet, Value, When
from django.db.models.functions import Length

from tongban.business.items.models import ItemVersion, ServiceItem

HAN = "[〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
RUN = re.compile(rf"{HAN}+|(?:(?!{HAN})[^\W_])+")
CHINESE = re.compile(HAN)
LETTERS = re.compile("[a-z]+")
LONGEST_QUERY = 100  # characters
LONGEST_LEXEME = 300  # characters; the server takes 2,046 bytes
LONGEST_SPELLING = 24
MOST = 1_000
LAST_POSITION = 16_383

# Who asks says these; they tell nothing about what is asked for.
_ASKING = """
    我 我要 我们 想 要 想要 怎么 怎么办 怎样 如何 在 哪 哪里 哪儿 去 到 的 了 吗 呢 请 请问
    需要 什么 可以 能 不能 办 办理 申办 申请 手续 流程
    a an the i my me to for of in at is do does can how what where get want need apply
"""
ASKING = frozenset(_ASKING.split())
# What people say, and what stands in a list instead.
OFFICIAL = {
    "暂住证": "居住证",
    "低保": "最低生活保障",
    "医保": "医疗保险",
    "社保": "社会保险",
    "社保卡": "社会保障卡",
    "驾照": "驾驶证",
    "身分证": "身份证",
    "退休金": "养老保险",
    "养老金": "养老保险",
    "房产证": "不动产",
    "残疾证": "残疾人证",
}

LIVE = ItemVersion.objects.filter(status=ItemVersion.Status.LIVE)


def index(item: ServiceItem, also: Sequence[str], about: Sequence[str] = ()) -> None:
    """Write the item's lexemes. `also` are other names of it, `about` is text that tells of it."""
    item.search = lexemes(item, also, about)
    item.save(update_fields=["search"])


def lexemes(item: ServiceItem, also: Sequence[str], about: Sequence[str] = ()) -> str:
    """What `ServiceItem.search` holds, for a caller that writes many items at once."""
    vector = _Vector()
    for name in (item.name_zh, item.name_en):
        vector.add_name(name, "A")
        vector.add_words(name)
    for name in also:
        vector.add_name(name, "B")
    vector.add_parts(item.office_name, "C")
    for text in about:
        vector.add_parts(text, "D")
    return str(vector)


def find(text: str) -> QuerySet[ServiceItem]:
    """Items that hold every word of the text; where there is none, those that hold any of them.

    The very name comes first; among equals an item that can be applied for here. What says nothing
    (one letter, punctuation) finds nothing. Of more than MOST items those that came first are
    ranked, with every one that has the name or can be applied for. Causes one query, or two.
    """
    runs = _runs(text[:LONGEST_QUERY])
    if not runs or (len("".join(runs)) == 1 and not CHINESE.match(runs[0])):
        return ServiceItem.objects.none()
    words = _words(runs)
    names = sorted({"".join(runs), "".join(words)})
    found = _holding(" | ".join([_all(words), *_sounds(runs)]), names)
    place = _place(names, words)
    telling = [word for word in words if len(word) > 1]
    if len(words) > 1 and telling and not found:
        found = _holding(" | ".join(map(_meant, telling)), names)
        place = _missed(telling)
    return (
        ServiceItem.objects.filter(pk__in=found)
        .annotate(place=place, live=Exists(LIVE.filter(item=OuterRef("pk"))))
        .order_by("place", "-live", Length("name_zh"), "name_zh", "pk")
        .defer("search")
    )


def _holding(query: str, names: Sequence[str]) -> list[int]:
    """Ids, not a subquery: with a limit inside, the planner walks the table for rare words."""
    items = ServiceItem.objects.order_by().values_list("pk", flat=True)
    matching = items.filter(search=_Query(query))
    named = items.filter(search=_Query(" | ".join(f"'N{name}'" for name in names)))
    offered = matching.filter(pk__in=LIVE.values("item"))
    return list(matching.order_by("pk")[:MOST].union(named, offered))


def _place(names: Sequence[str], words: Sequence[str]) -> Expression:
    """How near an item is; 0 is the nearest."""
    nearest = (
        " | ".join(f"'N{name}':A" for name in names),
        " | ".join(f"'N{name}':B" for name in names),
        " & ".join(_meant(word, whole=True) for word in words),
        _all(words, "AB"),
    )
    return Case(
        *(When(search=_Query(query), then=Value(at)) for at, query in enumerate(nearest)),
        default=Value(len(nearest)),
    )


def _missed(words: Sequence[str]) -> Expression:
    """What an item lacks; the sooner a word is said, the more it weighs."""
    lacking = [
        Case(When(search=_Query(_meant(word)), then=Value(0)), default=Value(len(words) - at))
        for at, word in enumerate(words)
    ]
    return sum(lacking[1:], start=lacking[0])


class _Query(SearchQuery):
    template = "%(expressions)s::tsquery"


def _all(words: Iterable[str], weights: str = "") -> str:
    return " & ".join(_meant(word, weights) for word in words)


def _meant(word: str, weights: str = "", *, whole: bool = False) -> str:
    """Holds where the word stands, or what is said officially; `whole`: as a word of the name."""
    said = [word, OFFICIAL[word]] if word in OFFICIAL else [word]
    parts = (f"'W{each}'" if whole else _part(each, weights) for each in said)
    return f"({' | '.join(parts)})"


def _part(word: str, weights: str) -> str:
    if not CHINESE.match(word):
        return f"'L{word[:LONGEST_SPELLING]}':*{weights}"
    if len(word) == 1:
        return f"'G{word}':*{weights}"
    return " <-> ".join(f"'G{a}{b}'" + (weights and f":{weights}") for a, b in pairwise(word))


def _sounds(runs: Sequence[str]) -> Iterator[str]:
    """Pinyin with blanks between its syllables, and Chinese that only sounds like the name."""
    joined = "".join(runs)
    if len(runs) > 1 and LETTERS.fullmatch(joined):
        yield f"'L{joined[:LONGEST_SPELLING]}':*"
    elif len(joined) > 2 and all(map(CHINESE.match, runs)):
        yield f"'L{''.join(_syllables(joined))[:LONGEST_SPELLING]}':*"


class _Vector:
    """A tsvector as text. Positions grow, with a gap after each run: a phrase never spans two."""

    def __init__(self) -> None:
        self._places: defaultdict[str, list[str]] = defaultdict(list)
        self._position = 1

    def __str__(self) -> str:
        return " ".join(f"'{name}':{','.join(places)}" for name, places in self._places.items())

    def add_words(self, name: str) -> None:
        for run in _runs(name):
            for word in _jieba().cut_for_search(run) if CHINESE.match(run) else [run]:
                self._put("W" + word, "A")

    def add_name(self, name: str, weight: str) -> None:
        runs = _runs(name)
        if runs:
            self._put("N" + "".join(runs), weight)
        for spelling in _spellings(runs):
            self._put("L" + spelling, weight)
        self.add_parts(name, weight)

    def add_parts(self, text: str, weight: str) -> None:
        for run in _runs(text):
            if not CHINESE.match(run):
                self._put("L" + run[:LONGEST_SPELLING], weight)
                continue
            for at in range(len(run)):
                self._put("G" + run[at : at + 2], weight)
                self._position += 1
            self._position += 1

    def _put(self, lexeme: str, weight: str) -> None:
        place = f"{min(self._position, LAST_POSITION)}{weight}"
        self._places[lexeme[:LONGEST_LEXEME]].append(place)


def _runs(text: str) -> list[str]:
    """Folded stretches of Chinese, or of other letters and digits."""
    return RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _words(runs: Sequence[str]) -> list[str]:
    """Each word once, without what only asks; the runs where that leaves single characters."""
    cut = [word for run in runs for word in (_jieba().cut(run) if CHINESE.match(run) else [run])]
    words = dict.fromkeys(word for word in cut if word not in ASKING)
    return list(words if any(len(word) > 1 for word in words) else dict.fromkeys(runs))


def _spellings(runs: Sequence[str]) -> Iterator[str]:
    """For each word of a name: the pinyin and the initials of what begins there."""
    syllables: list[str] = []
    beginnings: list[int] = []
    for run in runs:
        if not CHINESE.match(run):
            beginnings.append(len(syllables))
            syllables.append(run)
            continue
        length = len(syllables)
        syllables += _syllables(run)
        for word in _jieba().cut(run):
            beginnings.append(length)
            length += len(word)
    for at in beginnings:
        rest = syllables[at : at + LONGEST_SPELLING]
        yield "".join(rest)[:LONGEST_SPELLING]
        yield "".join(syllable[0] for syllable in rest)


def _jieba():
    """Its dictionary takes a fifth of a second, and most processes never cut a word."""
    import rjieba

    return rjieba


def _syllables(run: str) -> list[str]:
    """One for each character; a character without pinyin is its own."""
    from pypinyin import lazy_pinyin  # as with _jieba: four tenths of a second

    return lazy_pinyin(run, errors=list)  # pyright: ignore[reportArgumentType] - may give a list
