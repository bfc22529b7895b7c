"""A05 and A07 of the demo city: what the rules say, and the ways of their processes."""

from datetime import date, timedelta

import pytest

from tests.business import companies
from tests.business.companies import COMPANY, FIRE, FIRE_FILES, FOOD, FOOD_FILES, PDF
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.business.cases import actions, evidence, queries
from tongban.business.cases.filling import NotFilledIn
from tongban.business.cases.locking import ClockStands
from tongban.business.cases.models import Case, Suspension
from tongban.business.cases.verbs import finishing, returning, suspending
from tongban.business.certificates.models import Certificate
from tongban.business.items import guide as guides
from tongban.data.registers.models import LiveFact
from tongban.engines.clocks import NotAGround

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def chen(city):
    companies.define()
    return companies.person(city, "chen", "陈志远", represents_companies=COMPANY)


@pytest.fixture
def apply(city, chen):
    def act(code, answers, files, **facts):
        about = companies.company(city, **facts)
        application = actions.Application(answers, {}, Case.Channel.WEB, files)
        version = companies.publish(code)
        return actions.submit(
            version=version, user=chen, application=application, at=MONDAY, about=about
        )

    return act


@pytest.fixture
def food(apply):
    return lambda answers=FOOD, files=FOOD_FILES, **facts: apply("A05", answers, files, **facts)


@pytest.fixture
def fire(apply):
    return lambda answers=FIRE, files=FIRE_FILES, **facts: apply("A07", answers, files, **facts)


@pytest.fixture
def approver(staff):
    return staff("approver", "XFD")


@pytest.fixture
def inspector(staff):
    return staff("clerk", "XFD")


def waiting(case) -> list[str]:
    return [each.node for each in case.work_items.filter(status="open").order_by("node")]


def step(case, node):
    return case.work_items.get(node=node, status="open")


def finish(case, node, user, words="", at=MONDAY):
    return finishing.finish(work_item_id=step(case, node).pk, user=user, words=words, at=at)


def suspend(case, user, ground="检验", days=10):
    return suspending.suspend(
        case_id=case.pk, user=user, ground=ground, days=days, words="样品送检", at=MONDAY
    )


def test_the_layout_is_looked_at_by_a_person_whatever_the_facts_prove(food, staff):
    case = food()
    assert (case.status, waiting(case)) == ("running", ["review"])
    assert (case.promised_on, case.statutory_on) == (date(2026, 9, 29), date(2026, 10, 12))
    proofs = dict(case.requirements.values_list("material", "proof"))
    assert proofs == {
        "application": "applicant",
        "licence": "facts",
        "premises": "facts",
        "floor_plan": "applicant",
        "health": "facts",
        "food_rules": "applicant",
    }

    officer = staff("approver", "SCJ")
    actions.complete(
        work_item_id=step(case, "review").pk, user=officer, grant=True, words="", at=MONDAY
    )
    made = Certificate.objects.get(case_number=case.number)
    assert (made.name_zh, made.holder_id, made.valid_until) == (
        "食品经营许可证",
        COMPANY,
        date(2031, 9, 20),
    )
    held = LiveFact.objects.filter(subject_id=COMPANY).values_list("key", flat=True)
    assert set(held) == {"food_licence_in_force", "food_licence_until"}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"scope_includes_catering": False}, "《食品经营许可和备案管理办法》第十二条"),
        ({"food_handlers_all_valid": False}, "《食品安全法》第四十五条"),
        ({"barred_from_food": True}, "《食品安全法》第一百三十五条"),
    ],
    ids=["scope", "health", "bar"],
)
def test_a_fact_that_contradicts_refuses_with_its_article(food, facts, reason):
    case = food(**facts)
    assert (case.status, case.automatic) == ("refused", True)
    (decision,) = case.decisions.all()
    assert any(reason in each for each in queries.reasons(decision, "zh"))


def test_who_says_himself_that_nothing_is_apart_is_refused(food):
    assert food({**FOOD, "layout_separated": "no"}).status == "refused"


@pytest.mark.parametrize(
    "unknown",
    [
        "scope_includes_catering",
        "food_handlers_all_valid",
        "barred_from_food",
        "company_in_force",
    ],
)
def test_what_is_unknown_goes_to_a_person(food, unknown):
    assert waiting(food(**{unknown: None})) == ["review"]


def test_premises_that_nobody_owns_need_a_lease(food):
    with pytest.raises(NotFilledIn) as raised:
        food(premises_proven=None)
    assert set(raised.value.problems) == {"lease"}


def test_with_a_lease_a_person_looks(food):
    case = food(files={**FOOD_FILES, "lease": PDF}, premises_proven=None)
    assert waiting(case) == ["review"]
    assert case.requirements.get(material="premises").proof == "applicant"


def test_a_small_venue_is_visited_and_nothing_is_tested(fire, inspector, approver):
    case = fire()
    assert waiting(case) == ["visit"]
    assert (case.promised_on, case.statutory_on) == (date(2026, 9, 29), date(2026, 10, 15))
    finish(case, "visit", inspector, "疏散通道畅通，灭火器完好")
    assert waiting(case) == ["review"]
    done = actions.complete(
        work_item_id=step(case, "review").pk, user=approver, grant=True, words="", at=MONDAY
    )
    assert done.status == "granted"
    made = Certificate.objects.get(case_number=case.number)
    assert made.name_zh == "公众聚集场所投入使用、营业前消防安全检查意见书"


def test_three_hundred_square_metres_are_not_more_than_that(fire):
    assert waiting(fire(premises_area=300)) == ["visit"]


def test_a_large_one_is_tested_beside_the_visit_and_decided_after_both(fire, inspector, approver):
    case = fire(premises_area=301)
    assert waiting(case) == ["test", "visit"]
    assert step(case, "test").limit_days == 10
    finish(case, "test", approver, "B1 级，合格")
    assert waiting(case) == ["visit"]
    finish(case, "visit", inspector)
    assert waiting(case) == ["review"]


def test_an_area_that_no_register_knows_is_asked(fire):
    with pytest.raises(NotFilledIn) as raised:
        fire(premises_area=None)
    assert set(raised.value.problems) == {"premises_area"}


def test_the_area_that_was_told_decides_whether_there_is_a_test(fire):
    case = fire({**FIRE, "premises_area": "420"}, premises_area=None)
    assert evidence.answers(case)["premises_area"] == 420
    assert waiting(case) == ["test", "visit"]


def test_without_the_promise_it_is_refused(fire):
    assert fire({**FIRE, "fire_promise": "no"}).status == "refused"


def test_the_clock_stands_for_the_test_with_a_limit_of_its_own(fire, approver, inspector):
    case = fire(premises_area=500)
    made = suspend(case, approver)
    assert (made.ground, made.authorised_until) == ("inspection", date(2026, 10, 10))
    case.refresh_from_db()
    assert case.promised_on == date(2026, 10, 16)
    with pytest.raises(ClockStands):
        finish(case, "visit", inspector)


@pytest.mark.parametrize("reason", ["听证", "鉴定"])
def test_on_no_other_ground_of_the_law(fire, approver, reason):
    case = fire(premises_area=500)
    with refused(
        suspending.NotForThisItem,
        "公众聚集场所投入使用、营业前消防安全检查只能因以下事由停止计时：检验。现场核查照常计时。",
        "The clock of Fire safety check before a public venue opens stops only for: inspection of "
        "goods or equipment. A site visit is no ground.",
    ):
        suspend(case, approver, reason)
    assert not Suspension.objects.exists()


def test_nor_for_the_visit_which_no_law_names(fire, approver):
    with pytest.raises(NotAGround):
        suspend(fire(premises_area=500), approver, "现场核查")


def test_nor_for_longer_than_the_city_allows(fire, approver):
    case = fire(premises_area=500)
    with refused(
        suspending.TooLongForItem,
        "公众聚集场所投入使用、营业前消防安全检查因此停止计时最多 10 个工作日，不能是 11 个。",
        "For Fire safety check before a public venue opens the clock stops for 10 working days at "
        "most on this ground, not for 11.",
    ):
        suspend(case, approver, days=11)


def test_an_item_that_names_no_ground_leaves_it_to_the_officer(food, staff):
    assert suspend(food(), staff("approver", "SCJ"), "鉴定", 20).ground == "appraisal"


def test_out_of_one_branch_it_goes_back_before_both(fire, inspector, approver):
    case = fire(premises_area=500)
    finish(case, "test", approver, "不合格")
    standing = step(case, "visit")
    assert [each.node for each in returning.targets(standing)] == ["collect", "decide", "measure"]

    returning.send_back(
        work_item_id=standing.pk, user=inspector, to="measure", words="面积与图不符", at=MONDAY
    )
    assert waiting(case) == ["test", "visit"]
    assert case.work_items.filter(node="test").count() == 2


def test_a_refusal_names_its_reason_and_the_remedy(fire, inspector, approver):
    case = fire()
    finish(case, "visit", inspector, "通道被堵")
    with pytest.raises(actions.SayWhy):
        actions.complete(
            work_item_id=step(case, "review").pk, user=approver, grant=False, words="", at=MONDAY
        )
    actions.complete(
        work_item_id=step(case, "review").pk,
        user=approver,
        grant=False,
        words="疏散通道被堵，请清理后重新申请",
        at=MONDAY,
    )
    assert queries.page(case, MONDAY).officer_words == "疏散通道被堵，请清理后重新申请"
    assert "行政复议" in guides.of(case.version).questions[0].answer.zh
