"""offers/<CODE>.toml: read, held against the rest of the city, and named when wrong."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.permits import CITY
from tongban import clock
from tongban.business.offers import answering, jobs, rounds, terms
from tongban.commands import city
from tongban.commands.city import bundles, checking, dumping, findings
from tongban.commands.city.bundles import Key
from tongban.errors import Refusal

TEXT = (CITY / "offers/D02.toml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def folder():
    return city.read_checked(CITY, TODAY)


def refused(text: str) -> terms.OfferInvalid:
    with pytest.raises(terms.OfferInvalid) as found:
        terms.parse(text, "offers/D02.toml")
    return found.value


@pytest.mark.parametrize(
    ("before", "after", "zh", "en"),
    [
        (
            "days_to_answer = 60",
            "days_to_answer = 0",
            "days_to_answer：不能小于 1",
            "days_to_answer",
        ),
        ('kind = "due"', 'kind = "gift"', "只能是", "kind"),
        ("monthly = { day = 5 }", "monthly = { day = 31 }", "monthly.day", "monthly.day"),
        ('item = "D02"', 'item = "d02"', "item：写法不符", "item"),
        ("version = 1", "version = 1\nunknown_key = 1", "unknown_key：没有这个键", "unknown_key"),
        ('columns = ["number"', 'columns = ["citizen_id"', "payments.columns", "payments.columns"),
        ("version = 1", "version = ", "", ""),
    ],
)
def test_what_is_wrong_is_named_by_file_and_key(before, after, zh, en):
    refusal = refused(TEXT.replace(before, after, 1))

    assert refusal.told("zh").startswith("offers/D02.toml 有误：") and zh in refusal.told("zh")
    assert refusal.told("en").startswith("offers/D02.toml is not valid: ")
    assert en in refusal.told("en")


def problems(folder, text: str) -> list[tuple[str, str]]:
    given = {**vars(folder), "offers": {"offers/D02.toml": terms.parse(text, "offers/D02.toml")}}
    found = findings.Findings()
    checking._offers(type(folder)(**given), found)
    return list(zip(found.zh, found.en, strict=True))


@pytest.mark.parametrize(
    ("before", "after", "zh", "en"),
    [
        ('item = "D02"', 'item = "D99"', "没有事项 D99", "no item D99"),
        (
            'register = "person"',
            'register = "ship"',
            "没有基础库 ship",
            "no register ship",
        ),
        (
            'decision = "wrongly_paid"',
            'decision = "gift"',
            "D02 没有决策 gift",
            "D02 has no decision gift",
        ),
        (
            "when = { wrong = true }",
            "when = { false = true }",
            "决策 wrongly_paid 的结果没有 false",
            "decision wrongly_paid answers no false",
        ),
        ('facts = ["birth_date"', 'facts = ["shoes"', "没有事实 shoes", "no fact shoes"),
        (
            'kind = "change"',
            'kind = "due"',
            "meanings：due 出现了多次",
            "meanings: due is there more than once",
        ),
        (
            'reason = "reason"\n',
            "",
            "meanings：wrong 须写明 reason，并有 reasons",
            "meanings: wrong needs its reason, and reasons",
        ),
    ],
)
def test_what_does_not_fit_the_city_is_named(folder, before, after, zh, en):
    found = problems(folder, TEXT.replace(before, after, 1))

    assert (f"offers/D02.toml：{zh}", f"offers/D02.toml: {en}") in found


def test_what_nobody_granted_is_named(folder):
    fewer = [grant for grant in folder.grants if grant.code != "G-D02-OFFER-WRONG"]
    found = findings.Findings()

    checking._offers(type(folder)(**{**vars(folder), "grants": fewer}), found)

    assert found.zh == [
        "offers/D02.toml：grants.toml 没有为 offer:D02 授权 decisions.d02_wrongly_paid 的"
        " reason、since、subject_id、sum、unknown、wrong"
    ]
    assert found.en[0].startswith("offers/D02.toml: grants.toml gives offer:D02 no reason、since")


def test_two_offers_of_one_item_are_refused(folder):
    twice = {**folder.offers, "offers/again.toml": folder.offers["offers/D02.toml"]}
    found = findings.Findings()

    checking._offers(type(folder)(**{**vars(folder), "offers": twice}), found)

    assert found.en == ["offers/again.toml: item: D02 is taken by offers/D02.toml"]


def test_a_grant_names_a_decided_table_only_with_columns_that_it_has(folder):
    def told(**changes) -> list[str]:
        grant = next(each for each in folder.grants if each.code == "G-D02-OFFER-DUE")
        found = findings.Findings()
        changed = [grant.model_copy(update=changes)]
        checking._grants(type(folder)(**{**vars(folder), "grants": changed}), found)
        return found.en

    assert told() == []
    assert told(columns=("subject_id", "rule", "edition", "decided_on", "decision")) == []
    assert told(columns=("shoes",)) == [
        "grants.toml: grants.toml, G-D02-OFFER-DUE: decisions.d02_entitlement has no column shoes"
    ]
    assert told(relation="decisions.d02_shoes") == [
        "grants.toml: grants.toml, G-D02-OFFER-DUE: no relation decisions.d02_shoes"
    ]


def test_what_is_dumped_is_what_was_loaded(folder):
    found = bundles.of_folder(folder)
    key = Key("offer", "D02")

    written = dumping.files(
        {key: found[key], **{k: v for k, v in found.items() if k.kind == "city"}}
    )

    again = terms.parse(written["offers/D02.toml"], "offers/D02.toml")
    assert terms.content(again) == found[key]
    assert tomllib.loads(written["offers/D02.toml"])["monthly"] == {"day": 5}


def test_the_file_of_the_demo_city_is_named_after_its_item():
    for file in Path(CITY / "offers").glob("*.toml"):
        assert terms.parse(file.read_text(encoding="utf-8"), file.name).code == file.stem


class NotNow(Refusal):
    """Not now."""

    zh = "现在不行。"


def test_what_the_schedule_cannot_begin_is_said_in_the_log(monkeypatch, caplog):
    def refuse(*, at):
        raise NotNow

    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 10, 5, tzinfo=UTC))
    monkeypatch.setattr(answering, "lapse_due", lambda *, at: 0)
    monkeypatch.setattr(rounds, "ask_due", refuse)

    jobs.attend_offers(0)

    assert "No round was begun: Not now." in caplog.text
