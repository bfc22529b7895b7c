"""Importing a list makes its items findable, once, and takes nothing away."""

from datetime import timedelta

import pytest

from tests.business.items.lists import MONDAY, OFFICE, OTHER_OFFICE, code, row, write
from tongban.base.audit.models import Event
from tongban.base.people.models import Office
from tongban.business.items import listing, search
from tongban.business.items.models import ItemVersion, ListImport, ServiceItem

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def take(tmp_path):
    """Imports a list of these rows under its usual name."""

    def take(*rows: dict[str, str], at=MONDAY, name="清单.csv") -> ListImport:
        return listing.import_list(
            listing.read(write(tmp_path, *rows, name=name)), by="test", at=at
        )

    return take


def counts(done: ListImport) -> tuple[int, ...]:
    return tuple(done.report[key] for key in ("items", "new", "changed", "same", "kept_out"))


def test_every_row_becomes_an_item_that_is_found_with_office_and_type(take):
    done = take(row(1, item_name="特种行业许可"), row(2, task_type="20", dept_code=OTHER_OFFICE))

    assert (done.rows, counts(done)) == (2, (2, 2, 0, 0, 0))
    item = search.find("特种行业").get()
    assert (item.code, item.office_name, item.kind, item.listed_in) == (
        *(code(1), "公安局", "01"),
        "清单",
    )
    assert ServiceItem.objects.get(code=code(2)).kind == "20"


def test_an_item_belongs_to_the_office_whose_credit_code_it_holds(take):
    office = Office.objects.create(
        code="GA", name_zh="云泽市公安局", name_en="Police", short_zh="公安", uscc=OFFICE
    )

    take(row(1), row(2, item_code=code(2, OFFICE[:-1])))

    assert ServiceItem.objects.get(name_zh="第1号许可").office == office
    assert ServiceItem.objects.get(name_zh="第2号许可").office is None


def test_an_unknown_type_is_left_open_and_reported(take):
    done = take(row(1, task_type="99"))

    assert ServiceItem.objects.get().kind == ""
    assert done.report["findings"] == [
        {"row": 2, "column": "task_type", "kind": "type", "value": "99", "hint": ""}
    ]


def test_an_import_is_audited_with_its_figures(take):
    done = take(row(1), row(2, dept_code="11736"))

    event = Event.objects.get(kind="items.listed")
    assert (event.subject_type, event.subject_id, event.actor) == ("item_list", "清单", "test")
    assert event.details == {
        "rows": 2,
        "items": 2,
        "findings": 1,
        "content_hash": done.content_hash,
    }


def test_the_same_content_again_changes_nothing(take):
    done = take(row(1), row(2))
    before = list(ServiceItem.objects.order_by("pk").values())

    again = take(row(1), row(2), at=TUESDAY)

    assert (again.pk, again.imported_at) == (done.pk, MONDAY)
    assert list(ServiceItem.objects.order_by("pk").values()) == before
    assert ListImport.objects.count() == Event.objects.filter(kind="items.listed").count() == 1


def test_a_changed_list_updates_by_code_and_names_what_is_gone(take):
    take(row(1), row(2), row(3))
    kept = ServiceItem.objects.get(code=code(2)).pk

    done = take(row(2, item_name="改了名的许可"), row(3), row(4), at=TUESDAY)

    assert counts(done) == (3, 1, 1, 1, 0)
    assert done.report["gone"] == [
        {"code": code(1), "name_zh": "第1号许可", "office_name": "公安局"}
    ]
    assert search.find("改了名").get().pk == kept
    assert not search.find("第2号").exists()
    assert search.find("第1号").get().code == code(1)


def test_a_list_that_comes_back_to_an_earlier_content_is_imported_again(take):
    first = take(row(1))
    take(row(1, item_name="改了名的许可"), at=TUESDAY)

    back = take(row(1), at=TUESDAY + timedelta(days=1))

    assert back.pk != first.pk
    assert ServiceItem.objects.get().name_zh == "第1号许可"


def test_another_list_takes_over_the_items_that_it_names(take):
    take(row(1), row(2))

    done = take(row(2), row(3), name="另一清单.csv")

    assert (counts(done), done.report["gone"]) == ((2, 1, 1, 0, 0), [])
    assert dict(ServiceItem.objects.values_list("code", "listed_in")) == {
        code(1): "清单",
        code(2): "另一清单",
        code(3): "另一清单",
    }


@pytest.mark.parametrize("status", ["live", "retired"])
def test_an_item_with_a_bundle_stays_as_its_bundle_says(take, status):
    item = ServiceItem.objects.create(code=code(1), name_zh="居住证申领", office_name="公安局")
    ItemVersion.objects.create(
        item=item, number=1, status=status, guide={}, made_at=MONDAY, made_by="test"
    )

    done = take(row(1), row(2))

    assert (counts(done), done.report["bundled"]) == ((2, 1, 0, 0, 0), [code(1)])
    item.refresh_from_db()
    assert (item.name_zh, item.listed_in) == ("居住证申领", "")


def test_kept_out_rows_stand_in_the_report(take):
    done = take(row(1), row(2, item_name=""), row(1))

    assert (done.rows, counts(done)) == (3, (1, 1, 0, 0, 2))
    assert [(each["row"], each["kind"]) for each in done.report["findings"]] == [
        (3, "no_name"),
        (4, "same_row"),
    ]


def test_names_that_look_like_markup_or_lexemes_do_no_harm(take):
    names = ["许可'); --", "[red]许可[/red]", "''':1A & |!()\\", "𠀀𬭁㛃证", "٣号", "ﬁ Straße"]

    take(*(row(n, item_name=f'"{name}"') for n, name in enumerate(names)))

    assert sorted(ServiceItem.objects.values_list("name_zh", flat=True)) == sorted(names)
    assert search.find("𬭁㛃").get().name_zh == "𠀀𬭁㛃证"
    assert search.find("FI STRASSE").get().name_zh == "ﬁ Straße"


def test_the_real_list_is_imported_as_a_whole_and_found(real_list):
    done = listing.import_list(listing.read(real_list), by="test", at=MONDAY)

    assert counts(done) == (1135, 1135, 0, 0, 0)
    assert (done.report["item_code"]["valid"], done.report["dept_code"]["valid"]) == (982, 251)
    questions = ("护照", "失业了领钱", "低保", "jhdj", "税务局 代开发票", "身份证丢了")
    assert {question: search.find(question)[0].name_zh for question in questions} == {
        "护照": "普通护照签发",
        "失业了领钱": "失业登记",
        "低保": "最低生活保障",
        "jhdj": "结婚登记预约",
        "税务局 代开发票": "代开发票作废（县级行使）",
        "身份证丢了": "居民身份证挂失申报、丢失招领",
    }


def test_every_item_of_the_real_list_comes_first_under_its_own_name(real_list):
    listing.import_list(listing.read(real_list), by="test", at=MONDAY)

    names = ServiceItem.objects.order_by("pk").values_list("name_zh", flat=True)[::7]

    assert [search.find(name)[0].name_zh for name in names] == names
