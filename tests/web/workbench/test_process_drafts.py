"""The draft's page of a process: saved, judged, handed in, published, by what the page sends."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.business.applying import apply
from tests.business.items import drafts
from tests.web.reading import in_language, page, said
from tests.web.workbench.pieces import part, spaced
from tongban.business.items import queries
from tongban.business.items.models import ItemVersion

pytestmark = pytest.mark.django_db
DRAFT = "/workbench/processes/B09/draft"
FRAGMENT = {"HX-Request": "true"}
RENAMED = ('name="人工审查"', 'name="人工复核"')
UNKNOWN = ('tb:operation="notify_refusal"', 'tb:operation="sing"')


@pytest.fixture
def manager(staff, client):
    user = staff("item_manager")
    client.force_login(user)
    return user


def text_of(version: ItemVersion, *swaps: tuple[str, str]) -> str:
    text = version.process
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


def send(client, verb, version, headers=None, **given):
    return client.post(
        f"{DRAFT}/{verb}", {"based_on": version.content_hash, **given}, headers=headers
    )


@pytest.fixture
def draft(client, manager, permit):
    send(client, "save", permit, process=text_of(permit, RENAMED))
    return queries.draft(permit.item)


def scripts(answer) -> list[str]:
    names = [
        src.rpartition("/")[2].partition(".")[0] for src in page(answer).xpath("//script/@src")
    ]
    return [name for name in names if name in ("process", "modelling")]


def test_without_a_draft_the_manager_begins_from_what_is_in_force(client, manager, permit):
    answer = client.get(DRAFT)
    drawing = answer.context["drawing"]
    assert (drawing["url"], drawing["check"]) == (
        "/workbench/processes/B09/1.bpmn",
        f"{DRAFT}/check",
    )
    assert drawing["extension"]["uri"] == "https://tongban.org/bpmn"
    assert scripts(answer) == ["modelling"]
    assert "还没有草稿 改动下面的图，保存后成为草稿" in part(answer, "//main")
    assert not page(answer).xpath("//section[@id='changes']")


def test_whoever_may_only_look_sees_the_draft_without_a_button(client, staff, permit, draft):
    client.force_login(staff("approver"))
    answer = client.get(DRAFT)
    assert scripts(answer) == ["process"]
    assert "fields" not in answer.context["drawing"]
    assert page(answer).xpath("//main//button[not(@data-tb-zoom or @data-tb-show)]") == []
    assert "人工复核" in said(answer)


def test_what_the_modeller_holds_is_kept_and_the_page_shown_anew(client, manager, permit):
    text = text_of(permit, RENAMED)
    answer = send(client, "save", permit, FRAGMENT, process=text.replace("\n", "\r\n"))
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert queries.draft(permit.item).process == text


def test_the_draft_tells_what_it_changes(client, permit, draft):
    changes = page(client.get(DRAFT)).xpath("//section[@id='changes']")[0]
    assert spaced(changes) == (
        "改了什么 同现行第 1 版比 改动 人工复核 用户任务 review 名称 人工审查 人工复核"
    )
    english = part(client.get(DRAFT, **in_language("en")), "//section[@id='changes']")
    assert english.endswith("Changed Review by a person user task review Name 人工审查 人工复核")
    assert client.get(f"{DRAFT}.bpmn").content == draft.process.encode()


def test_a_draft_that_is_only_drawn_otherwise_says_so(client, manager, permit):
    send(client, "save", permit, process=text_of(permit, ('x="1010" y="242"', 'x="1020" y="242"')))
    assert "步骤和连线都没有变，只是图的位置不同。" in said(client.get(DRAFT))


def test_a_text_that_is_no_bpmn_is_told_in_the_page_and_kept_nowhere(client, manager, permit):
    answer = send(client, "save", permit, FRAGMENT, process="<definitions")
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#tb-alert")
    assert "文件不是格式正确的 XML" in spaced(page(answer))
    assert queries.draft(permit.item) is None


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        ("流程".encode("gb18030"), "x.bpmn 不是 UTF-8 编码", "x.bpmn is not written in UTF-8"),
        (b"", "文件不是格式正确的 XML", "The file is not well-formed XML"),
        (b"<a/>", "不是 BPMN 2.0 模型", "not with the definitions of a BPMN 2.0 model"),
    ],
)
def test_a_file_that_is_no_process_is_refused(client, manager, permit, content, zh, en):
    def hand_in():
        return send(client, "upload", permit, file=SimpleUploadedFile("x.bpmn", content))

    assert zh in said(hand_in())
    client.cookies["django_language"] = "en"
    assert en in said(hand_in())
    assert queries.draft(permit.item) is None


def test_a_file_is_handed_in_as_it_is_and_without_one_it_says_so(client, manager, permit):
    assert "请先选择一个 .bpmn 文件。" in said(send(client, "upload", permit))
    text = text_of(permit, RENAMED) + "<!-- 手写 -->\r\n"
    file = SimpleUploadedFile("x.bpmn", text.encode("utf-8-sig"))
    assert send(client, "upload", permit, file=file).status_code == 302
    assert queries.draft(permit.item).process == text


def test_judging_tells_what_is_found_and_keeps_nothing(client, manager, permit):
    answer = send(client, "check", permit, process=text_of(permit, UNKNOWN)).json()
    assert [(each["rule"], each["element"], each["is_error"]) for each in answer["findings"]] == [
        ("unknown-operation", "refuse", True),
        ("ends-undecided", "refused", True),
    ]
    assert answer["findings"][0]["label"] == "送达不予许可决定书"
    assert [each["element"] for each in answer["marks"]] == ["refuse", "refused"]
    assert send(client, "check", permit, process=permit.process).json() == {
        "findings": [],
        "marks": [],
    }
    assert queries.draft(permit.item) is None
    assert send(client, "check", permit, process="<").status_code == 409


def test_a_draft_with_errors_offers_no_publishing(client, manager, permit):
    send(client, "save", permit, process=text_of(permit, UNKNOWN))
    draft = queries.draft(permit.item)
    shown = page(client.get(DRAFT))
    assert "2 处错误，改正前不能发布" in spaced(shown)
    assert not shown.xpath("//form[@class='tb-publish']")
    answer = send(client, "publish", draft, reason="改名", confirmed="on")
    assert "草稿有 2 处错误，不能发布。" in said(answer)
    assert queries.live_version(permit.item) == permit


def test_publishing_wants_it_seen_and_a_reason(client, permit, draft):
    answer = send(client, "publish", draft, reason="改名")
    assert "请先勾选确认：已看过改动，在办的办件仍按原来的版本办理。" in said(answer)
    assert "请写明为什么修改规则" in said(send(client, "publish", draft, confirmed="on"))
    client.cookies["django_language"] = "en"
    answer = send(client, "publish", draft, reason="改名")
    assert (
        "Tick that you have seen what changes, and that running cases keep their version."
        in said(answer)
    )
    assert queries.live_version(permit.item) == permit


def test_before_it_is_published_it_says_how_many_cases_stay(client, permit, citizen, draft):
    apply(permit, citizen(insured_months=None))
    shown = said(client.get(DRAFT))
    assert "1 件在办，仍按第 1 版" in shown
    assert "我已看过：改了 1 处，在办的办件不变" in shown


def test_a_published_draft_is_in_force(client, permit, draft):
    answer = send(client, "publish", draft, reason="改名", confirmed="on")
    assert (answer.status_code, answer["Location"]) == (302, DRAFT)
    published = queries.live_version(permit.item)
    assert (published.number, published.process) == (2, text_of(permit, RENAMED))
    assert "第 2 版 现行" in part(client.get(DRAFT), "//main")


def test_with_other_rules_the_page_leads_to_the_comparison(client, manager, permit, draft):
    both = drafts.save(permit, manager, based_on=draft.content_hash)
    shown = page(client.get(DRAFT))
    assert "先在基础库上比对，看清会影响多少人" in spaced(shown)
    assert not shown.xpath("//form[@class='tb-publish']")
    assert "这份草稿还改了流程" in said(client.get("/workbench/decisions/B09/draft"))
    drafts.seen(both)
    assert "草稿里对判定规则的改动同时生效。" in said(client.get(DRAFT))
    assert "连同对判定规则的改动" in said(client.get(DRAFT))


def test_rules_with_errors_are_named_on_the_page_of_the_process(client, manager, permit, draft):
    drafts.save(
        permit,
        manager,
        drafts.text_of(permit, drafts.AGAINST_ITSELF),
        based_on=draft.content_hash,
    )
    assert "草稿的其他部分还有错误" in said(client.get(DRAFT))


def test_discarding_takes_the_draft_away(client, permit, draft):
    assert send(client, "discard", draft).status_code == 302
    assert queries.draft(permit.item) is None


def test_a_stale_draft_can_only_be_taken_away(client, permit, draft):
    ItemVersion.objects.filter(pk=permit.pk).update(status="retired")
    later = {"guide": permit.guide, "form": permit.form, "decision": permit.decision}
    ItemVersion.objects.create(
        item=permit.item,
        number=2,
        status="live",
        process=permit.process,
        content_hash="two",
        made_at=drafts.LATER,
        made_by="test",
        **later,
    )
    answer = client.get(DRAFT)
    assert "第 2 版已经发布，这份草稿过时了" in said(answer)
    assert scripts(answer) == ["process"]
    assert not page(answer).xpath("//form[@class='tb-publish']")


def test_who_would_lose_comments_by_saving_is_told_before(client, manager, staff, permit):
    assert "处注释" not in said(client.get(DRAFT))
    text = text_of(permit, RENAMED) + "<!-- one --><!-- two -->"
    file = SimpleUploadedFile("x.bpmn", text.encode())
    send(client, "upload", permit, file=file)
    assert "文件里有 2 处注释，在这里保存会丢失 要保留注释，请下载 .bpmn" in part(
        client.get(DRAFT), "//main"
    )
    english = part(client.get(DRAFT, **in_language("en")), "//main")
    assert "There are 2 comments in the file, which are lost when you save here" in english
    client.force_login(staff("approver"))
    assert "处注释" not in said(client.get(DRAFT)), "who only looks loses nothing"
