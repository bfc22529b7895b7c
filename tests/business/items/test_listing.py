"""A published list is read as a whole or refused, and what is odd in a row is reported."""

import pytest

from tests.business.items.lists import AREA, HEADER, OFFICE, OTHER_OFFICE, code, row, text, write
from tongban.business.items import judging, listing
from tongban.business.items.credit_codes import Fault
from tongban.business.items.judging import Oddity
from tongban.errors import Refusal


def found(read: listing.Listing) -> list[tuple]:
    return [(each.row, each.column, each.kind, each.hint) for each in read.findings]


def test_a_sound_list_has_its_name_its_rows_and_no_finding(tmp_path):
    read = listing.read(write(tmp_path, row(1), row(2)))

    assert (read.name, read.count, read.findings) == ("清单", 2, ())
    assert {key: each.number for key, each in read.items.items()} == {code(1): 2, code(2): 3}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_mark_other_line_ends_and_empty_lines_change_nothing(tmp_path, mark, end):
    path = tmp_path / "清单.csv"
    lines = text(row(1), row(2)).replace("\n", "\n\n")
    path.write_bytes(mark + lines.replace("\n", end).encode())

    assert [(each.number, each.item_name) for each in listing.read(path).rows] == [
        (3, "第1号许可"),
        (5, "第2号许可"),
    ]


def test_a_row_is_named_by_the_line_where_it_begins(tmp_path):
    quoted = row(1, item_name='"许可，含""引号""\n和换行"')

    rows = listing.read(write(tmp_path, quoted, row(2))).rows

    assert [(each.number, each.item_name) for each in rows] == [
        (2, '许可，含"引号"\n和换行'),
        (4, "第2号许可"),
    ]


def test_wherever_a_file_is_cut_off_no_half_row_is_read(tmp_path):
    whole = text(row(1), row(2, item_name='"许可，带引号"'), row(3)).encode()
    path = tmp_path / "cut.csv"
    path.write_bytes(whole)
    expected = listing.read(path).rows
    accepted = []

    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            rows = listing.read(path).rows
        except Refusal:
            continue
        assert rows == expected[: len(rows)]
        accepted.append(whole[:length].decode().splitlines()[-1][-13:])

    assert accepted == ["," + AREA] * 5  # with and without line end; the last is whole without


@pytest.mark.parametrize(
    ("content", "refusal", "told"),
    [
        (b"", listing.FileEmpty, "是空文件"),
        (b"\n\r\n", listing.FileEmpty, "是空文件"),
        (HEADER.encode(), listing.NoRows, "只有表头"),
        (HEADER.encode() + b"\n\n", listing.NoRows, "只有表头"),
        ("部门,名称\n公安局,许可\n".encode(), listing.WrongHeader, "实际为 部门,名称"),
        (HEADER.replace(",", ";").encode(), listing.WrongHeader, "应为列名 department,main_item"),
        (text(row(1)).encode("gb18030"), listing.WrongEncoding, "偏移 71 处的字节（第 2 行）"),
        (text(row(1)).encode("utf-16"), listing.WrongEncoding, "偏移 0 处的字节（第 1 行）"),
        (text(row(1)).encode("utf-16-le"), listing.WrongEncoding, "（第 2 行）"),
        (HEADER.encode("utf-16-be"), listing.NotText, "第 1 行含空字符"),
        (text(row(1), row(2)).encode()[:-1] + b"\0", listing.NotText, "第 3 行含空字符"),
        (text(row(1)).encode()[:77], listing.CutOff, "第 2 行中途结束"),
        (text(row(1), row(2)).encode()[:-2], listing.CutOff, "第 3 行中途结束"),
        (text(row(1), row(2)).encode()[:-30], listing.CutOff, "第 3 行中途结束"),
        (text(row(1, item_name='"许可'), row(2)).encode(), listing.CutOff, "第 2 行中途结束"),
        (
            text(row(1), row(2, item_name='"许"可')).encode(),
            listing.NotSeparated,
            "第 3 行无法拆分",
        ),
    ],
)
def test_a_file_that_is_not_whole_and_sound_is_refused_with_its_line(
    tmp_path, content, refusal, told
):
    path = tmp_path / "清单.csv"
    path.write_bytes(content)

    with pytest.raises(refusal) as refused:
        listing.read(path)

    assert told in refused.value.told("zh-hans")
    assert str(path) in refused.value.told("zh-hans")
    assert str(path) in refused.value.told("en")


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    with pytest.raises(listing.FileMissing, match=r"There is no file .*none\.csv; check the path"):
        listing.read(tmp_path / "none.csv")
    with pytest.raises(listing.FileUnreadable, match="cannot be read: Is a directory"):
        listing.read(tmp_path)


@pytest.mark.parametrize(
    ("changed", "column", "kind", "hint"),
    [
        ({"dept_code": ""}, "dept_code", Fault.MISSING, ""),
        ({"dept_code": OFFICE.lower()}, "dept_code", Fault.LOWER_CASE, OFFICE),
        ({"dept_code": OFFICE[8:17]}, "dept_code", Fault.OTHER, OFFICE),
        ({"dept_code": OFFICE[:-1]}, "dept_code", Fault.ONE_SHORT, OFFICE),
        ({"dept_code": OFFICE + "_12"}, "dept_code", Fault.SUFFIX, OFFICE),
        ({"dept_code": "1" * 18}, "dept_code", Fault.FILLER, ""),
        ({"dept_code": OTHER_OFFICE}, "item_code", Oddity.OFFICES_DIFFER, OTHER_OFFICE),
        ({"item_code": code(1, OFFICE[1:])}, "item_code", Fault.ONE_SHORT, OFFICE),
        ({"item_code": code(1, "TE" + OFFICE[2:])}, "item_code", Fault.TE_PREFIX, ""),
        ({"item_code": ""}, "item_code", Oddity.NO_CODE, ""),
        ({"item_code": f"G-1-1-{code(1)[13:]}"}, "item_code", Oddity.SEGMENTS, "8"),
        ({"area_code": "329901000000"}, "item_code", Oddity.DIVISION, "329901000000"),
        ({"task_type": "11"}, "task_type", Oddity.TYPE, ""),
        ({"task_type": ""}, "task_type", Oddity.TYPE, ""),
        ({"item_name": "许可(县级)"}, "item_name", Oddity.HALF_WIDTH, ""),
        ({"item_name": " "}, "item_name", Oddity.NO_NAME, ""),
        ({"item_name": "长" * 301}, "item_name", Oddity.TOO_LONG, ""),
        ({"department": "长" * 101}, "department", Oddity.TOO_LONG, ""),
        ({"item_code": code(1) + "-" + "0" * 50}, "item_code", Oddity.TOO_LONG, ""),
        ({"item_name": "第2号许可"}, "item_name", Oddity.SAME_NAME, "3"),
        ({"item_code": code(2)}, "item_code", Oddity.SAME_CODE, "3"),
    ],
)
def test_an_odd_cell_is_reported_with_its_row_and_where_to_look(
    tmp_path, changed, column, kind, hint
):
    read = listing.read(write(tmp_path, row(1, **changed), row(2)))

    assert (2, column, kind, hint) in found(read)
    assert len(read.items) + len(read.kept_out) == read.count == 2


def test_a_wrong_area_is_odd_in_itself_and_against_the_item_code(tmp_path):
    read = listing.read(write(tmp_path, row(1, area_code="329900"), row(2)))

    assert found(read) == [
        (2, "area_code", Oddity.AREA, ""),
        (2, "item_code", Oddity.DIVISION, "329900"),
    ]


def test_a_valid_code_is_found_in_whatever_segment_it_stands(tmp_path):
    path = write(tmp_path, row(1), row(2, item_code=f"G-000007-001-{code(2)[13:]}"))

    assert judging.tally(listing.read(path).rows)["item_code"]["valid_by_segment"] == {
        "4": 1,
        "6": 1,
    }


def test_a_row_that_is_no_item_is_kept_out_and_stays_in_the_report_as_it_was(tmp_path):
    path = tmp_path / "清单.csv"
    path.write_text(
        text(row(1), row(2, item_name=""), row(3, department=" ")) + "公安局,只有两列\n",
        encoding="utf-8",
    )

    read = listing.read(path)

    assert (read.count, list(read.items)) == (4, [code(1)])
    kept_out = {each.row: each for each in read.findings if each.kind in judging.KEPT_OUT}
    assert {number: each.kind for number, each in kept_out.items()} == {
        3: Oddity.NO_NAME,
        4: Oddity.NO_OFFICE,
        5: Oddity.CELLS,
    }
    assert kept_out[3].value == f"公安局,未分类,,{code(2)},1,{OFFICE},{AREA}"
    assert (kept_out[5].value, kept_out[5].hint) == ("公安局,只有两列", "2 ≠ 7")


def test_rows_with_one_code_are_all_kept_and_only_a_whole_repetition_is_not(tmp_path):
    twin = row(2, item_code=code(1))
    taken = row(3, item_code=f"{code(1)}#2")
    without = row(4, item_code=""), row(5, item_code=""), row(5, item_code="", main_item="主项")

    read = listing.read(write(tmp_path, row(1), twin, taken, row(1), *without))

    names = {key: each.item_name for key, each in read.items.items()}
    assert list(names.values()) == [f"第{n}号许可" for n in (1, 2, 3, 4, 5, 5)]
    keys = list(names)
    assert keys[:3] == [code(1), f"{code(1)}#2", f"{code(1)}#2#2"]
    assert keys[5] == f"{keys[4]}#2"
    assert (5, "", Oddity.SAME_ROW, "2") in found(read)
    assert [each for each in found(read) if each[2] is Oddity.SAME_CODE] == [
        (2, "item_code", Oddity.SAME_CODE, "3"),
        (3, "item_code", Oddity.SAME_CODE, "2"),
    ]


def test_every_kind_of_finding_has_its_own_word():
    kinds = [*Fault, *Oddity]

    assert len({kind.value for kind in kinds}) == len({kind.label for kind in kinds}) == len(kinds)


def test_the_real_list_has_the_figures_that_are_known_of_it(real_list):
    read = listing.read(real_list)
    figures = judging.tally(read.rows)

    assert (read.count, len(read.items), len(figures["offices"])) == (1135, 1135, 34)
    assert figures["item_code"] == {
        "valid": 982,
        "seventeen_characters": 91,
        "eighteen_not_valid": 8,
        "none": 54,
        "valid_by_segment": {"4": 964, "6": 18},
    }
    assert figures["dept_code"] == {"valid": 251, "not_valid": 884}
    assert figures["segments"] == {"4": 3, "6": 1098, "7": 16, "8": 18}
    assert figures["brackets"] == {"full": 289, "half": 47, "both": 13}
    assert [(each["office"], each["rows"]) for each in figures["names_twice"]] == [
        ("区人社局", [492, 539]),
        ("区行政审批局", [931, 932]),
    ]


def test_each_damaged_code_of_the_real_list_is_reported_by_kind(real_list):
    read = listing.read(real_list)

    def count(column: str) -> dict[str, int]:
        kinds = [each.kind for each in read.findings if each.column == column]
        return {kind.value: kinds.count(kind) for kind in sorted(set(kinds))}

    assert count("item_code") == {
        "one_short": 91,
        "te_prefix": 7,
        "lower_case": 1,
        "organisation": 31,
        "filler": 10,
        "other": 13,
        "segments": 37,
        "division": 1,
        "offices_differ": 17,
    }
    assert count("dept_code") == {
        "organisation": 577,
        "one_short": 150,
        "system_number": 71,
        "suffix": 38,
        "other": 35,
        "lower_case": 13,
    }


def test_each_17_character_code_of_the_real_list_is_its_offices_code_with_one_lost(real_list):
    short = [
        each
        for each in listing.read(real_list).findings
        if (each.column, each.kind) == ("item_code", Fault.ONE_SHORT)
    ]

    assert {(each.value, each.hint) for each in short} == {
        ("1151130000877869M", "11511300008778693M"),
        ("1151130108778239R", "11511301008778239R"),
    }
