"""Offices, accounts and posts: who may hold what, and that a refusal changes nothing."""

from datetime import UTC, datetime
from itertools import product

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.utils import translation

from tongban.base.audit.models import Event
from tongban.base.people import actions, permissions, queries
from tongban.base.people.models import City, Office, Post, Region, User

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)
BY = {"by": "setup", "at": MONDAY}
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
OTHERS = ("clerk", "approver", "steward", "supervisor")


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def offices():
    rows = [
        {
            "code": code,
            "name_zh": f"云泽市{zh}",
            "name_en": f"{en} Bureau",
            "short_zh": zh,
            "short_en": en,
        }
        for code, zh, en in (("GA", "公安局", "Public Security"), ("SJ", "数据局", "Data"))
    ]
    assert actions.load_offices(rows, **BY) == 2


@pytest.fixture
def user():
    return User.objects.create(username="shen")


def appoint(user, role, office="GA"):
    return actions.appoint(user=user, office_code=office, role=role, **BY)


def posts(user):
    return sorted(user.posts.values_list("role", "office__code"))


def events(kind):
    return list(Event.objects.filter(kind=kind).order_by("pk"))


def state():
    tables = (User, Post, Office, Region, City, Event)
    return [list(each.objects.order_by("pk").values_list()) for each in tables]


def refused(refusal, zh, en, act):
    before = state()
    with pytest.raises(refusal) as told:
        act()
    assert (told.value.told("zh"), told.value.told("en")) == (zh, en)
    assert state() == before


@pytest.mark.parametrize("role", Post.Role.values)
def test_a_post_is_given_once_and_audited_once(user, role):
    first, second = appoint(user, role), appoint(user, role)

    assert first == second
    assert posts(user) == [(role, "GA")]
    (event,) = events("account.appointed")
    assert (event.subject_id, event.actor) == (str(user.pk), "setup")
    assert event.details == {"office": "GA", "role": role}
    assert str(first) == f"shen {role}@GA"


@pytest.mark.parametrize(("one", "other"), list(product(OTHERS, OTHERS)))
def test_posts_of_work_may_be_held_together_and_at_several_offices(user, one, other):
    appoint(user, one, "GA")
    appoint(user, other, "SJ")
    assert posts(user) == sorted([(one, "GA"), (other, "SJ")])


@pytest.mark.parametrize(
    ("held", "wanted", "office"),
    [
        *((held, wanted, "GA") for held, wanted in product(ADMINISTRATORS, OTHERS)),
        *((held, wanted, "GA") for held, wanted in product(OTHERS, ADMINISTRATORS)),
        *(
            (held, wanted, "GA")
            for held, wanted in product(ADMINISTRATORS, repeat=2)
            if held != wanted
        ),
        *((role, role, "SJ") for role in ADMINISTRATORS),
    ],
)
def test_an_administration_stands_alone(user, held, wanted, office):
    appoint(user, held)
    zh, en = queries.role_names(wanted)
    refused(
        actions.AdministratorsAreThreePeople,
        f"shen 不能担任{zh}：管理员不得兼任其他岗位，三类管理员必须是三个人。",
        f"shen cannot be {en}: an administrator holds no other post, and each of the three "
        "administrators is another person.",
        lambda: appoint(user, wanted, office),
    )


def test_the_three_administrations_are_held_by_three_people():
    for role in ADMINISTRATORS:
        appoint(User.objects.create(username=role), role)
    assert Post.objects.count() == 3


@pytest.mark.parametrize(("one", "other"), list(product(ADMINISTRATORS, repeat=2)))
def test_the_database_itself_refuses_two_administrations(user, one, other):
    ga, sj = Office.objects.get(code="GA"), Office.objects.get(code="SJ")
    Post.objects.create(user=user, office=ga, role=one)
    with (
        pytest.raises(IntegrityError, match="one_administration_per_person"),
        transaction.atomic(),
    ):
        Post.objects.create(user=user, office=sj, role=other)


def test_a_post_that_nobody_knows_is_refused_with_those_there_are(user):
    known = ", ".join(Post.Role.values)
    refused(
        actions.UnknownRole,
        f"没有岗位 king，可用的有：{known}。",
        f"There is no post king; there are: {known}.",
        lambda: appoint(user, "king"),
    )


def test_an_office_that_is_not_there_is_refused(user):
    refused(
        queries.UnknownOffice,
        "没有部门 XX，请先从 offices.csv 装载。",
        "There is no office XX; load it from offices.csv first.",
        lambda: appoint(user, "clerk", "XX"),
    )
    assert queries.office("SJ").short_en == "Data"


def open_account(username, password="correct horse battery", subject_id="", name="周"):
    return actions.open_account(
        username=username, password=password, display_name=name, subject_id=subject_id, **BY
    )


def test_an_account_is_opened_and_opened_again_with_a_new_password():
    first = open_account("zhou", "first password", "PZHOU")
    again = open_account("zhou", "second password", "PZHOU", "周雨桐")

    assert (again.pk, again.display_name, again.subject_id) == (first.pk, "周雨桐", "PZHOU")
    assert User.objects.get().check_password("second password")
    assert not User.objects.get().check_password("first password")
    assert "password" not in repr([each.details for each in events("account.opened")])
    assert [each.subject_id for each in events("account.opened")] == [str(first.pk)] * 2


def test_two_accounts_of_one_subject_are_refused_with_the_one_there_is():
    open_account("zhou", subject_id="PZHOU")
    refused(
        actions.SubjectHasAccount,
        "该主体已有账号 zhou，请重新启用该账号。",
        "This person or company has an account already: zhou. Open that one again.",
        lambda: open_account("zhou-2", subject_id="PZHOU"),
    )


def test_many_accounts_may_have_no_subject():
    assert {open_account(name).subject_id for name in ("a", "b", "c")} == {""}


def test_an_account_that_is_not_active_cannot_log_in(rf):
    user = open_account("zhou")
    user.is_active = False
    user.save()
    request = rf.post("/")
    assert authenticate(request, username="zhou", password="correct horse battery") is None


def test_offices_that_are_loaded_again_keep_their_rows(user):
    before = {o.code: o.pk for o in Office.objects.all()}
    names = {"name_zh": "云泽市公安局", "name_en": "Police", "short_zh": "公安", "short_en": "P"}
    actions.load_offices([{"code": "GA", **names}], **BY)

    assert {o.code: o.pk for o in Office.objects.all()} == before
    office = Office.objects.get(code="GA")
    assert (office.name_en, office.short) == ("Police", "公安")
    assert [each.details for each in events("offices.loaded")] == [{"rows": 2}, {"rows": 1}]
    with translation.override("en"):
        assert (office.name, office.short) == ("Police", "P")


def test_regions_are_loaded_and_loaded_again():
    row = {"code": "329905", "name_zh": "临泽县", "name_en": "Linze", "level": "county"}
    assert actions.load_regions([row], **BY) == 1
    assert actions.load_regions([{**row, "name_en": "Linze County"}], **BY) == 1

    assert str(Region.objects.get()) == "329905 临泽县"
    assert Region.objects.get().name_en == "Linze County"
    assert len(events("regions.loaded")) == 2


def test_there_is_one_city_and_before_it_a_nameless_one():
    assert (queries.city().name_zh, City.objects.count()) == ("", 0)
    terms = {"name_zh": "云泽市", "name_en": "Yunze City", "region_code": "329900"}
    actions.name_city(terms=terms, **BY)
    actions.name_city(terms={**terms, "hotline": "12345"}, **BY)

    assert (queries.city().name, queries.city().hotline) == ("云泽市", "12345")
    assert [each.subject_id for each in events("city.named")] == ["329900"] * 2
    with pytest.raises(IntegrityError, match="one_city"), transaction.atomic():
        City.objects.create(id=2, **terms)
    with translation.override("en"):
        assert queries.city().name == "Yunze City"


@pytest.mark.parametrize(
    ("role", "zh", "en"),
    [
        ("clerk", "窗口人员", "Counter clerk"),
        ("approver", "审批人员", "Approver"),
        ("steward", "数据管理员", "Data steward"),
        ("supervisor", "监督人员", "Supervisor"),
        ("system_admin", "系统管理员", "System administrator"),
        ("security_admin", "安全管理员", "Security administrator"),
        ("audit_admin", "审计管理员", "Audit administrator"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_post_has_its_name_in_both_languages_whoever_asks(role, zh, en, language):
    with translation.override(language):
        assert queries.role_names(role) == (zh, en)


# Who passes a page for approvers and stewards, and who one for stewards at GA.
@pytest.mark.parametrize(
    ("held", "passes", "at_ga"),
    [
        ([], False, False),
        ([("clerk", "GA")], False, False),
        ([("approver", "SJ")], True, False),
        ([("steward", "SJ")], True, False),
        ([("steward", "GA")], True, True),
        ([("clerk", "GA"), ("steward", "SJ")], True, False),
        ([("steward", "GA"), ("steward", "SJ")], True, True),
        ([("system_admin", "GA")], False, False),
    ],
)
def test_a_page_is_for_those_who_hold_its_post(user, held, passes, at_ga):
    for role, office in held:
        appoint(user, role, office)

    assert permissions.holds(user, "approver", "steward") == passes
    assert _passes(lambda: permissions.check_holds(user, "approver", "steward")) == passes
    assert _passes(lambda: permissions.check_holds_at(user, "GA", "steward")) == at_ga
    assert queries.roles(user) == {role for role, _ in held}
    assert queries.offices_as(user, "steward") == {o for r, o in held if r == "steward"}


def _passes(check):
    try:
        check()
    except permissions.NotYourPost:
        return False
    return True


@pytest.mark.parametrize(
    ("held", "zh", "en"),
    [
        (
            [],
            "这里只供审批人员、数据管理员使用，您现在是—。",
            "This is for Approver, Data steward; you are —.",
        ),
        (
            ["supervisor", "clerk"],
            "这里只供审批人员、数据管理员使用，您现在是窗口人员、监督人员。",
            "This is for Approver, Data steward; you are Counter clerk, Supervisor.",
        ),
    ],
)
def test_who_does_not_hold_it_is_told_whose_it_is_and_what_he_is(user, held, zh, en):
    for role in held:
        appoint(user, role)
    refused(
        permissions.NotYourPost,
        zh,
        en,
        lambda: permissions.check_holds(user, "approver", "steward"),
    )


def test_a_post_at_an_office_is_named_with_it(user):
    refused(
        permissions.NotYourPost,
        "这里只供GA 数据管理员使用，您现在是—。",
        "This is for GA Data steward; you are —.",
        lambda: permissions.check_holds_at(user, "GA", "steward"),
    )


def test_staff_are_those_with_a_post_each_once(user, django_assert_num_queries):
    appoint(user, "clerk", "GA")
    appoint(user, "steward", "SJ")
    appoint(User.objects.create(username="han"), "approver")
    User.objects.create(username="nobody")

    with django_assert_num_queries(3):
        staff = [(u.username, [p.office.code for p in u.posts.all()]) for u in queries.staff()]
    assert [(name, sorted(codes)) for name, codes in staff] == [
        ("han", ["GA"]),
        ("shen", ["GA", "SJ"]),
    ]
    first = queries.first_post(user)
    assert first is not None and (first.role, first.office.code) == ("clerk", "GA")
    assert queries.first_post(User.objects.get(username="nobody")) is None
    assert set(queries.offices()) == {"GA", "SJ"}
