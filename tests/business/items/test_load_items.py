"""`tongban load-items FILE`: what a person, a script and a translator see of it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from tests.business.items.lists import OFFICE, code, row, write
from tongban.business.items.models import ItemVersion, ListImport, ServiceItem

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("load_items", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def odd(tmp_path):
    """Two sound rows and three odd ones."""
    return write(
        tmp_path,
        *(row(1), row(2)),
        row(3, dept_code=OFFICE[:-1]),
        row(4, item_name="[b]许可(新办)[/b]", item_code=code(4, "2" * 13)),
        row(5, item_name=""),
    )


def test_the_report_names_totals_offices_and_the_first_rows_of_each_kind(odd):
    told = run(odd)

    assert "清单：共 5 行，导入 4 个事项（新增 4，变更 0，未变 0，" in told
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.splitlines()]
    assert ["实施编码含有效信用代码", "4"] in lines
    assert ["其中在第 4 段", "4"] in lines
    assert ["实施编码不含信用代码", "1"] in lines
    assert ["公安局", "5", "1", "1"] in lines
    assert ["17 位，少 1 位", "dept_code", "1", "4", OFFICE[:-1], OFFICE] in lines
    assert ["用同一字符填充", "item_code", "1", "5", "2" * 13, ""] in lines
    assert ["名称用了半角括号", "item_name", "1", "5", "[b]许可(新办)[/b]", ""] in lines


def test_the_same_file_again_says_that_nothing_changed(odd):
    run(odd)

    told = run(odd)

    assert told.startswith("内容与上次导入相同，没有改动。上次：清单：共 5 行")
    assert ListImport.objects.count() == 1


def test_what_is_twice_gone_or_has_a_bundle_is_told(tmp_path):
    run(write(tmp_path, row(1), row(2)))
    item = ServiceItem.objects.create(code=code(3), name_zh="居住证申领", office_name="公安局")
    ItemVersion.objects.create(
        item=item, number=1, status="live", guide={}, made_at="2026-09-21T00:00Z", made_by="test"
    )

    told = run(write(tmp_path, row(2), row(3), row(4, item_name="第2号许可")))

    assert "同名：公安局“第2号许可”，第 2, 4 行\n" in told
    assert f"清单中已没有，仍保留：公安局“第1号许可”（{code(1)}）\n" in told
    assert f"已在本平台办理，保持原样：{code(3)}\n" in told


def test_as_json_every_finding_is_told_with_the_words_of_its_kind(odd):
    told = json.loads(run(odd, "--json"))

    assert (told["list"], told["imported_now"]) == ("清单", True)
    assert (told["rows"], told["items"], told["kept_out"], told["new"]) == (5, 4, 1, 4)
    assert [(each["row"], each["column"], each["kind"]) for each in told["findings"]] == [
        (4, "dept_code", "one_short"),
        (5, "item_code", "filler"),
        (5, "item_name", "half_width"),
        (6, "item_name", "no_name"),
    ]
    assert told["kinds"] == {
        "one_short": "17 位，少 1 位",
        "filler": "用同一字符填充",
        "half_width": "名称用了半角括号",
        "no_name": "没有事项名称，未导入",
    }
    assert json.loads(run(odd, "--json"))["imported_now"] is False


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", "没有文件 {file}，请检查路径。\n"),
        ("en", "There is no file {file}; check the path.\n"),
    ],
)
def test_a_refused_file_ends_with_1_and_changes_nothing(tmp_path, capsys, language, told):
    missing = tmp_path / "none.csv"

    with translation.override(language), pytest.raises(SystemExit, match="1"):
        run(missing)

    assert capsys.readouterr().err == told.format(file=missing)
    assert not ServiceItem.objects.exists()
    assert not ListImport.objects.exists()


def test_help_tells_in_both_languages_what_it_does(capsys):
    with pytest.raises(SystemExit, match="0"):
        call_command("load_items", "--help")

    told = " ".join(capsys.readouterr().out.split())
    assert "Import a published list of service items" in told
    assert "导入已公布的政务服务事项清单" in told


def test_the_real_list_is_reported_with_its_figures(real_list):
    told = run(real_list)

    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.splitlines()]
    for words, count in (
        ("实施编码含有效信用代码", "982"),
        ("其中在第 4 段", "964"),
        ("实施编码含 17 位代码", "91"),
        ("实施编码不含信用代码", "54"),
        ("部门代码列有效", "251"),
        ("名称含全角括号", "289"),
        ("名称含半角括号", "47"),
        ("同一部门的同名事项（组）", "2"),
    ):
        assert [words, count] in lines
