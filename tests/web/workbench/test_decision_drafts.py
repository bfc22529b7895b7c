"""The draft's page: saved, handed in, compared, published, by what the page sends."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.business.items import drafts
from tests.residents import months, settle
from tests.web.reading import in_language, page, said
from tests.web.workbench.pieces import part, spaced
from tongban.business.items import queries
from tongban.business.items.models import ItemVersion
from tongban.data.exchange.models import Grant

pytestmark = pytest.mark.django_db
DRAFT = "/workbench/decisions/B09/draft"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def manager(staff, client):
    user = staff("item_manager")
    client.force_login(user)
    return user


@pytest.fixture
def draft(permit, manager):
    return drafts.save(permit, manager)


def send(client, verb, version, headers=None, **given):
    return client.post(
        f"{DRAFT}/{verb}", {"based_on": version.content_hash, **given}, headers=headers
    )


def hand_in(client, version, content: bytes):
    return send(client, "upload", version, file=SimpleUploadedFile("x.dmn", content))


def scripts(answer) -> list[str]:
    """Of the drawing's: to look at it, or to change it."""
    names = [
        src.rpartition("/")[2].partition(".")[0] for src in page(answer).xpath("//script/@src")
    ]
    return [name for name in names if name in ("decision", "drafting")]


def live(permit) -> ItemVersion | None:
    return queries.live_version(permit.item)


def test_without_a_draft_the_manager_begins_from_what_is_in_force(client, manager, permit):
    answer = client.get(DRAFT)
    shown = page(answer)
    assert answer.context["drawing"] == {
        "url": "/workbench/decisions/B09/live.dmn",
        "words": answer.context["drawing"]["words"],
        "labels": {},
    }
    assert scripts(answer) == ["drafting"]
    assert "还没有草稿 改动下面的图或表，保存后成为草稿" in part(answer, "//main")
    assert shown.xpath("//form[@data-tb-draft]//input[@name='based_on']/@value") == [
        permit.content_hash
    ]
    assert not shown.xpath("//section[@id='compared']")


def test_whoever_may_only_look_sees_the_draft_without_a_button(client, staff, permit):
    drafts.save(permit, staff("item_manager"))
    client.force_login(staff("approver"))
    answer = client.get(DRAFT)
    assert scripts(answer) == ["decision"]
    assert page(answer).xpath("//main//button[not(@data-tb-zoom)]") == []
    assert "草稿，在第 1 版上修改" in said(answer)


def test_what_the_editor_holds_is_kept_and_the_page_shown_anew(client, manager, permit):
    text = drafts.five_months(permit)
    sent = text.replace("\n", "\r\n")  # as a browser sends it
    answer = send(client, "save", permit, FRAGMENT, decision=sent)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert queries.draft(permit.item).decision == text
    assert "发布以前，任何办件都不受它影响。" in said(client.get(DRAFT))


def test_without_a_script_saving_leads_back_to_the_page(client, manager, permit):
    answer = send(client, "save", permit, decision=drafts.five_months(permit))
    assert (answer.status_code, answer["Location"]) == (302, DRAFT)


def test_a_text_that_does_not_load_is_told_in_the_page_and_kept_nowhere(client, manager, permit):
    text = drafts.text_of(permit, ("<text>&gt;= 6</text>", "<text>&gt;= </text>"))
    answer = send(client, "save", permit, FRAGMENT, decision=text)
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#tb-alert")
    assert "决策“insured_long_enough”，第 1 条规则第 1 个输入“连续参保月数”" in spaced(page(answer))
    assert queries.draft(permit.item) is None


def test_a_file_is_handed_in_as_it_is(client, manager, permit):
    text = drafts.five_months(permit) + "<!-- 手写 -->\r\n"
    assert hand_in(client, permit, text.encode("utf-8-sig")).status_code == 302
    assert queries.draft(permit.item).decision == text


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        ("决策".encode("gb18030"), "x.dmn 不是 UTF-8 编码", "x.dmn is not written in UTF-8"),
        (b"", "不是格式正确的 XML", "This is not well-formed XML"),
        (b"<a/>", "不是 DMN 1.3、1.4 或 1.5 模型", "This is not a DMN 1.3, 1.4 or 1.5 model"),
        (b"<!DOCTYPE a><a/>", "模型不能含有文档类型声明", "A model must not have a document type"),
    ],
    ids=["another encoding", "empty", "no model", "a document type"],
)
def test_a_file_that_is_no_model_is_refused(client, manager, permit, content, zh, en):
    answer = hand_in(client, permit, content)
    assert (answer.status_code, zh in said(answer)) == (409, True)
    client.cookies["django_language"] = "en"
    assert en in said(hand_in(client, permit, content))
    assert queries.draft(permit.item) is None


def test_without_a_file_it_says_to_choose_one(client, manager, permit):
    assert "请先选择一个 .dmn 文件。" in said(send(client, "upload", permit))
    client.cookies["django_language"] = "en"
    assert "Choose a .dmn file first." in said(send(client, "upload", permit))


def test_a_page_that_is_older_than_the_draft_saves_nothing(client, manager, permit, draft):
    answer = send(client, "save", permit, FRAGMENT, decision=permit.decision + " ")
    assert answer.status_code == 409
    assert "别人已于" in spaced(page(answer))
    assert queries.draft(permit.item).decision == draft.decision


def test_discarding_takes_the_draft_away(client, manager, permit, draft):
    assert send(client, "discard", draft).status_code == 302
    assert queries.draft(permit.item) is None


def test_before_it_is_compared_a_draft_cannot_be_published(client, manager, permit, draft):
    shown = page(client.get(DRAFT))
    assert "草稿的这份内容还没有比对过。" in spaced(shown)
    assert not shown.xpath("//form[@class='tb-publish']")
    answer = send(client, "publish", draft, reason="放宽", confirmed="on")
    assert (answer.status_code, "请先在基础库上比对" in said(answer)) == (409, True)
    assert live(permit) == permit


@pytest.fixture
def compared(client, permit, draft):
    settle(months((14, 12), (5, 3), (None, 5)))
    answer = send(client, "compare", draft)
    assert (answer.status_code, answer["Location"]) == (302, f"{DRAFT}#compared")
    return draft


def test_the_comparison_shows_how_many_are_answered_differently(client, manager, compared):
    answer = client.get(DRAFT)
    shown = page(answer)
    figures = [spaced(each) for each in shown.xpath("//section[@id='compared']//dl/div")]
    assert figures[:2] == ["结果会不同 3 人 占 15.0%", "算过的人 20 人 数据第 2 版"]
    assert figures[2].startswith("比对时间") and figures[2].endswith("同一版数据上算两遍")
    rows = [spaced(row) for row in shown.xpath("//table[contains(@class,'tb-matrix')]//tr")]
    assert rows == [
        "现行版 ↓ 草稿 → 是 未知",
        "是 12 60.0% – 0",
        "否 3 15.0% （变化） – 0",
        "未知 – 0 5 25.0%",
    ]
    assert "我已看过：20 人中，3 人的结果会不同" in spaced(shown)


def test_in_english_the_comparison_is_english(client, manager, compared):
    shown = part(client.get(DRAFT, **in_language("en")), "//main")
    assert "Answered differently 3 people 15.0% of all" in shown
    assert "I have seen that of 20 people, 3 are answered differently" in shown


def test_publishing_repeats_the_figure_and_wants_it_confirmed(client, manager, permit, compared):
    answer = send(client, "publish", compared, reason="放宽")
    assert "请先勾选确认：已看过有多少人的结果会不同。" in said(answer)
    client.cookies["django_language"] = "en"
    answer = send(client, "publish", compared, reason="放宽")
    assert "Tick that you have seen how many people the draft answers differently." in said(answer)
    assert live(permit) == permit


@pytest.mark.parametrize("reason", ["", "  \r\n "])
def test_publishing_without_a_reason_is_refused(client, manager, permit, compared, reason):
    answer = send(client, "publish", compared, reason=reason, confirmed="on")
    assert (answer.status_code, "请写明为什么修改规则" in said(answer)) == (409, True)
    assert live(permit) == permit


def test_a_published_draft_is_in_force_and_stands_in_the_history(client, manager, permit, compared):
    answer = send(client, "publish", compared, reason="按新条例\r\n放宽", confirmed="on")
    assert (answer.status_code, answer["Location"]) == (302, DRAFT)
    published = live(permit)
    assert (published.pk, published.number, published.reason) == (
        compared.pk,
        2,
        "按新条例\n放宽",
    )
    first, second = page(client.get(DRAFT)).xpath("//section[last()]//tbody/tr")
    assert spaced(first).startswith("第 2 版 现行")
    assert spaced(first).endswith("item_manager 3 按新条例 放宽")
    assert spaced(second).startswith("第 1 版 已停用")


def test_a_draft_with_errors_offers_no_publishing(client, manager, permit):
    draft = drafts.save(permit, manager, drafts.text_of(permit, drafts.AGAINST_ITSELF))
    drafts.seen(draft)
    shown = page(client.get(DRAFT))
    assert "有错误的规则不能发布。" in spaced(shown)
    assert shown.xpath("//details[@open]/summary") != []
    assert not shown.xpath("//form[@class='tb-publish']")
    answer = send(client, "publish", draft, reason="放宽", confirmed="on")
    assert "草稿有 1 处错误，不能发布。" in said(answer)


def test_a_stale_draft_says_so_and_can_only_be_taken_away(client, manager, permit, draft):
    ItemVersion.objects.filter(pk=permit.pk).update(status="retired")
    ItemVersion.objects.create(
        item=permit.item,
        number=2,
        status="live",
        guide=permit.guide,
        form=permit.form,
        process=permit.process,
        decision=permit.decision,
        content_hash="two",
        made_at=drafts.LATER,
        made_by="test",
    )
    answer = client.get(DRAFT)
    shown = page(answer)
    assert "第 2 版已经发布，这份草稿过时了" in spaced(shown)
    assert scripts(answer) == ["decision"]
    buttons = [spaced(each) for each in shown.xpath("//main//button[not(@data-tb-zoom)]")]
    assert buttons == ["确认放弃"]


def test_a_refusal_of_the_gate_is_shown_in_words(client, manager, permit, draft):
    settle(months((14, 12)))
    Grant.objects.filter(code="G-B09-POPULATION").update(withdrawn_at=drafts.LATER)
    answer = send(client, "compare", draft)
    assert answer.status_code == 409
    assert "授权 G-B09-POPULATION 已于" in said(answer)


def test_an_item_without_a_draft_has_nothing_to_compare(client, manager, permit):
    assert "草稿已经不在了" in said(send(client, "compare", permit))
