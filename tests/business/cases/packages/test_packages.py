"""One application for a restaurant: two cases at two offices, corrected at once, decided apart."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.business import companies
from tests.business.companies import BOTH, COMPANY, PDF
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.business.cases import actions as cases
from tongban.business.cases import evidence
from tongban.business.cases.actions import AlreadyRunning, Application
from tongban.business.cases.attachments import FileTooLarge, Upload
from tongban.business.cases.filling import NotFilledIn
from tongban.business.cases.models import Attachment, Case, PackageCase, PackageDraft
from tongban.business.cases.packages import actions, correcting, queries
from tongban.business.cases.packages.actions import PackageApplication
from tongban.business.cases.permissions import NotYourCase
from tongban.business.cases.verbs import correcting as one_case
from tongban.business.cases.verbs import finishing, suspending
from tongban.business.items import actions as items
from tongban.business.items import bundle, package_terms, packages
from tongban.business.items.models import ItemVersion

pytestmark = pytest.mark.django_db
ANSWERS = {**BOTH, "layout_separated": "yes", "fire_promise": "yes"}
FILES = {"floor_plan": PDF, "food_rules": PDF, "fire_rules": PDF}
TUESDAY = MONDAY + timedelta(days=1)
NEW_PLAN = (Upload("新图.pdf", b"%PDF-1.7 another plan"),)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def restaurant(city):
    companies.define()
    return companies.company(city)


@pytest.fixture
def chen(city):
    return companies.person(city, "chen", "陈志远", represents_companies=COMPANY)


@pytest.fixture
def package(restaurant):
    companies.publish("A05")
    companies.publish("A07")
    file = companies.CITY / "packages" / "P2.toml"
    terms = package_terms.parse(file.read_text(), "P2.toml")
    return packages.publish(terms=terms, by="test", at=MONDAY)


@pytest.fixture
def food_officer(staff):
    return staff("approver", "SCJ")


@pytest.fixture
def inspector(staff):
    return staff("clerk", "XFD")


@pytest.fixture
def fire_officer(staff):
    return staff("approver", "XFD")


def handed_in(package, answers=ANSWERS, files=FILES, dine_in="yes", **seen):
    now = {code: version.pk for code, version in packages.members(package).items()}
    application = Application(answers, {}, Case.Channel.PHONE, files)
    return PackageApplication({"dine_in": dine_in}, application, {**now, **seen})


def submit(package, user, about, what=None, at=MONDAY):
    what = what or handed_in(package)
    return actions.submit(version=package, user=user, about=about, handed_in=what, at=at)


@pytest.fixture
def made(package, chen, restaurant):
    return submit(package, chen, restaurant)


def case_of(made, code) -> Case:
    return made.cases.get(version__item__code=code)


def decide(case, node, user, *, grant=True, words="", at=MONDAY):
    step = case.work_items.get(node=node, status="open")
    return cases.complete(work_item_id=step.pk, user=user, grant=grant, words=words, at=at)


def visit(case, user, words):
    step = case.work_items.get(node="visit", status="open")
    return finishing.finish(work_item_id=step.pk, user=user, words=words, at=MONDAY)


def ask(case, user, questions, at=MONDAY):
    return one_case.ask(case_id=case.pk, user=user, questions=questions, words="请重画", at=at)


def test_one_application_makes_a_case_at_each_office_at_once(made, chen, restaurant):
    assert made.number.startswith("329900-260921-P")
    assert [(c.version.item.code, c.office.code, c.status) for c in made.cases.order_by("pk")] == [
        ("A05", "SCJ", "running"),
        ("A07", "XFD", "running"),
    ]
    assert {c.acted_by for c in made.cases.all()} == {chen}
    page = queries.page(made, MONDAY)
    assert (page.applicant, page.outcome) == (restaurant.name, "running")
    assert [each.step.name_zh for each in page.courses] == ["布局审查和决定", "现场核查"]
    assert str(page.promised_on) == "2026-09-29"
    kept = Event.objects.get(kind="package.submitted")
    assert (kept.subjects, kept.details) == (
        [COMPANY, chen.subject_id],
        {"package": "P2", "items": ["A05", "A07"]},
    )


def test_what_is_shared_is_handed_in_once_and_lies_with_both(made):
    plans = Attachment.objects.filter(field="floor_plan").order_by("case")
    assert [plan.case.version.item.code for plan in plans] == ["A05", "A07"]
    said = [evidence.answers(case)["contact_phone"] for case in made.cases.all()]
    assert said == ["13800006021"] * 2
    assert "fire_promise" not in evidence.answers(case_of(made, "A05"))


def test_the_situation_says_which_items_are_needed(package, chen, restaurant):
    made = submit(package, chen, restaurant, handed_in(package, dine_in="no"))
    assert [case.version.item.code for case in made.cases.all()] == ["A05"]


@pytest.mark.parametrize("dine_in", ["", "perhaps"])
def test_without_the_situation_nothing_is_made(package, chen, restaurant, dine_in):
    what = handed_in(package, dine_in=dine_in)
    with pytest.raises(NotFilledIn) as raised:
        submit(package, chen, restaurant, what)
    (problem,) = raised.value.problems.items()
    assert (problem[0], problem[1].told("zh"), problem[1].told("en")) == (
        "dine_in",
        "请选择一项",
        "Choose one of these",
    )
    assert not PackageCase.objects.exists()


def test_problems_of_all_forms_are_told_together_and_nothing_is_made(package, chen, restaurant):
    with pytest.raises(NotFilledIn) as raised:
        submit(package, chen, restaurant, handed_in(package, answers={}, files={}))
    assert set(raised.value.problems) == {
        *("contact_phone", "layout_separated", "floor_plan", "food_rules"),
        *("fire_promise", "fire_rules"),
    }
    assert not PackageCase.objects.exists()
    assert not Case.objects.exists()


def test_a_file_too_large_for_one_keeps_all_from_being_made(package, chen, restaurant):
    large = (Upload("大.pdf", b"%PDF-" + bytes(10 * 1024 * 1024)),)
    files = {**FILES, "fire_rules": large}
    with refused(
        FileTooLarge,
        "大.pdf 超过 10 MB，请压缩后再上传。",
        "大.pdf is larger than 10 MB; make it smaller and hand it in again.",
    ):
        submit(package, chen, restaurant, handed_in(package, files=files))
    assert not PackageCase.objects.exists()


def test_handed_in_twice_it_is_made_once(package, made, chen, restaurant):
    with refused(
        actions.PackageRunning,
        f"这件事已经申请过，编号 {made.number}，请查看进度，不必重复申请。",
        f"This package was applied for already: {made.number}. Follow it instead of applying "
        "again.",
    ):
        submit(package, chen, restaurant)
    assert PackageCase.objects.get() == made


def test_an_item_that_was_applied_for_alone_is_not_applied_for_again(package, chen, restaurant):
    version = packages.members(package)["A07"]
    part = actions.part_of(version, handed_in(package).application)
    alone = cases.submit(version=version, user=chen, application=part, at=MONDAY, about=restaurant)
    with refused(
        AlreadyRunning,
        f"您已有在办的 {alone.number}，请查看进度，不必重复申请。",
        f"You already have case {alone.number} for this item; follow it instead of applying again.",
    ):
        submit(package, chen, restaurant)
    assert not PackageCase.objects.exists()


def test_questions_of_an_older_version_are_looked_at_once_more(package, chen, restaurant):
    what = handed_in(package)
    read = bundle.read(companies.CITY / "items" / "A07")
    changed = read.guide.model_copy(
        update={"contact": read.guide.contact.model_copy(update={"phone": "0329-55509999"})}
    )
    items.publish(bundle=replace(read, guide=changed), by="test", at=MONDAY)
    with refused(
        actions.ItemsChanged,
        "您填写期间，公众聚集场所投入使用、营业前消防安全检查的办理要求有更新。"
        "请再看一遍问题，已填的内容都还在。",
        "Fire safety check before a public venue opens was changed while you were filling in the "
        "form. Look at the questions once more; nothing you have filled in is lost.",
    ):
        submit(package, chen, restaurant, what)
    assert submit(package, chen, restaurant).cases.count() == 2


def test_an_item_that_was_withdrawn_meanwhile_is_named(package, chen, restaurant):
    what = handed_in(package)
    ItemVersion.objects.filter(item__code="A07").update(status="retired")
    with refused(
        actions.ItemGone,
        "A07已停止受理，这件事暂时不能提交。已填的内容都还在，请向牵头部门咨询。",
        "A07 can no longer be applied for, so the package cannot be handed in. What you have "
        "filled in is kept; the lead office says what to do.",
    ):
        submit(package, chen, restaurant, what)


def test_a_draft_is_the_company_s_and_goes_with_the_application(package, chen, restaurant):
    actions.save_draft(
        version=package, user=chen, answers={"dine_in": "yes"}, about=restaurant, at=MONDAY
    )
    assert queries.draft(package, restaurant) == {"dine_in": "yes"}
    submit(package, chen, restaurant)
    assert not PackageDraft.objects.exists()
    assert queries.draft(package, restaurant) == {}


def test_two_certificates_come_of_it(made, food_officer, inspector, fire_officer):
    decide(case_of(made, "A05"), "review", food_officer)
    assert queries.page(made, MONDAY).outcome == "running"
    visit(case_of(made, "A07"), inspector, "疏散通道畅通")
    decide(case_of(made, "A07"), "review", fire_officer)

    page = queries.page(made, MONDAY)
    assert page.outcome == "granted"
    assert page.promised_on is None
    assert [each.certificate.name_zh for each in page.courses] == [
        "食品经营许可证",
        "公众聚集场所投入使用、营业前消防安全检查意见书",
    ]


def test_one_office_refuses_and_what_the_other_granted_holds(
    made, food_officer, inspector, fire_officer
):
    decide(case_of(made, "A05"), "review", food_officer)
    visit(case_of(made, "A07"), inspector, "通道被堵")
    decide(case_of(made, "A07"), "review", fire_officer, grant=False, words="通道被堵")

    page = queries.page(made, MONDAY)
    assert page.outcome == "partly"
    assert [each.case.status for each in page.courses] == ["granted", "refused"]
    assert page.courses[0].certificate.status == "valid"
    assert page.courses[1].certificate is None


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        (["running", "granted"], "running"),
        (["granted", "withdrawn"], "granted"),
        (["refused", "withdrawn"], "refused"),
        (["withdrawn", "withdrawn"], "withdrawn"),
        (["revoked", "granted"], "partly"),
        (["running", "withdrawn"], "running"),
    ],
)
def test_the_whole_stands_as_its_parts_do(statuses, outcome):
    assert queries.outcome(statuses) == outcome


def test_two_offices_ask_and_the_applicant_answers_one_list_once(
    made, chen, food_officer, fire_officer, inspector
):
    food, fire = case_of(made, "A05"), case_of(made, "A07")
    ask(food, food_officer, ["floor_plan", "food_rules"])
    ask(fire, inspector, ["floor_plan", "fire_rules"], TUESDAY)

    listed = correcting.asked(made)
    assert [(one.key, [case.office.code for case in one.cases]) for one in listed] == [
        ("floor_plan", ["SCJ", "XFD"]),
        ("food_rules", ["SCJ"]),
        ("fire_rules", ["XFD"]),
    ]
    second = Notice.objects.filter(subject_id=COMPANY).latest("pk")
    assert second.words_zh.endswith("已并入您的同一张补正清单，一次填写即可。")
    assert second.words_en.endswith("It joins the list that you have already: answer once.")

    files = {"floor_plan": NEW_PLAN, "food_rules": NEW_PLAN, "fire_rules": NEW_PLAN}
    told = correcting.correct(package_id=made.pk, user=chen, answers={}, uploads=files, at=TUESDAY)
    assert told == [food, fire]
    assert correcting.open_requests(made) == []
    new = Attachment.objects.filter(name="新图.pdf").order_by("case", "field")
    assert [(each.case_id, each.field) for each in new] == [
        (food.pk, "floor_plan"),
        (food.pk, "food_rules"),
        (fire.pk, "fire_rules"),
        (fire.pk, "floor_plan"),
    ]
    assert not suspending.open_one(case_of(made, "A07"))


def test_what_is_shared_reaches_the_office_that_did_not_ask(made, chen, food_officer):
    ask(case_of(made, "A05"), food_officer, ["contact_phone"])
    answers = {"contact_phone": "13900009999"}
    told = correcting.correct(
        package_id=made.pk, user=chen, answers=answers, uploads={}, at=TUESDAY
    )
    assert [case.version.item.code for case in told] == ["A05", "A07"]
    said = {evidence.answers(case)["contact_phone"] for case in made.cases.all()}
    assert said == {"13900009999"}
    own = case_of(made, "A07").corrections.get()
    assert own.asked_at is None


def test_a_question_that_one_office_asked_for_may_be_changed_for_both(
    made, chen, food_officer, inspector
):
    ask(case_of(made, "A05"), food_officer, ["contact_phone"])
    ask(case_of(made, "A07"), inspector, ["fire_rules"])
    told = correcting.correct(
        package_id=made.pk,
        user=chen,
        answers={"contact_phone": "13900009999"},
        uploads={"fire_rules": NEW_PLAN},
        at=TUESDAY,
    )
    assert len(told) == 2
    assert evidence.answers(case_of(made, "A07"))["contact_phone"] == "13900009999"


def test_nothing_new_answers_nothing(made, chen, food_officer):
    ask(case_of(made, "A05"), food_officer, ["contact_phone"])
    with refused(
        one_case.NothingCorrected,
        f"所填内容与办件 {made.number} 现有内容相同，没有可以补正的。",
        f"Nothing is different from what case {made.number} says already.",
    ):
        correcting.correct(package_id=made.pk, user=chen, answers={}, uploads={}, at=TUESDAY)


def test_what_is_wrong_in_any_part_keeps_all_of_it(made, chen, food_officer):
    ask(case_of(made, "A05"), food_officer, ["contact_phone"])
    with pytest.raises(NotFilledIn) as raised:
        correcting.correct(
            package_id=made.pk,
            user=chen,
            answers={"contact_phone": "12"},
            uploads={},
            at=TUESDAY,
        )
    assert set(raised.value.problems) == {"contact_phone"}
    assert len(correcting.open_requests(made)) == 1


def test_without_a_request_there_is_no_list(made, chen):
    with refused(
        correcting.NoList,
        f"目前没有部门要求补正 {made.number}。",
        f"No office asks for a correction of {made.number} at the moment.",
    ):
        correcting.correct(package_id=made.pk, user=chen, answers={}, uploads={}, at=TUESDAY)
    assert correcting.asked(made) == []
    assert correcting.until([]) is None


def test_the_whole_is_taken_back_at_once(made, chen):
    actions.withdraw(package_id=made.pk, user=chen, at=MONDAY, words="不开了")
    assert {case.status for case in made.cases.all()} == {"withdrawn"}
    assert queries.page(made, MONDAY).outcome == "withdrawn"
    with refused(
        actions.NothingToWithdraw,
        f"{made.number} 的各项都已办结，没有可以撤回的。",
        f"Every part of {made.number} is finished: there is nothing to withdraw.",
    ):
        actions.withdraw(package_id=made.pk, user=chen, at=MONDAY)


def test_one_is_taken_back_alone_and_what_is_decided_stays(made, chen, food_officer):
    decide(case_of(made, "A05"), "review", food_officer)
    actions.withdraw(package_id=made.pk, user=chen, at=MONDAY)
    assert [case.status for case in made.cases.order_by("pk")] == ["granted", "withdrawn"]
    assert queries.page(made, MONDAY).outcome == "granted"


def test_a_stranger_neither_sees_nor_withdraws_nor_corrects(made, citizen):
    stranger = citizen("wang")
    for act in (
        lambda: queries.by_number(made.number, stranger),
        lambda: queries.by_number("329900-000000-P00000", stranger),
        lambda: actions.withdraw(package_id=made.pk, user=stranger, at=MONDAY),
        lambda: correcting.correct(
            package_id=made.pk, user=stranger, answers={}, uploads={}, at=MONDAY
        ),
    ):
        with pytest.raises(NotYourCase):
            act()
    assert {case.status for case in made.cases.all()} == {"running"}


def test_the_applicant_finds_it_by_its_number(made, chen):
    assert queries.by_number(made.number, chen) == made
    assert list(queries.of_applicant(COMPANY)) == [made]


def test_an_officer_knows_how_the_sister_case_stands_and_no_more(made, permit, citizen):
    (sister,) = queries.sisters(case_of(made, "A05"))
    assert (sister.item, sister.office, sister.status, str(sister.promised_on)) == (
        "公众聚集场所投入使用、营业前消防安全检查",
        "消防大队",
        "办理中",
        "2026-09-29",
    )
    alone = cases.submit(
        version=permit,
        user=citizen(),
        application=Application({"wants_card": "no"}, {}, Case.Channel.WEB),
        at=MONDAY,
    )
    assert queries.sisters(alone) == []
