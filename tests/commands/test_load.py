"""A city folder is taken as a whole, or refused as a whole with everything that is wrong.

Mistakes in different files do not disturb each other, so each folder below has many; what is told
of one must be one line of its own. No test but the last two may touch the database.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command

from tests.commands.folders import CITY
from tongban.base.audit.models import Event
from tongban.base.people.models import Office
from tongban.commands import city
from tongban.data.lake.models import Resource

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Spoil:
    file: str
    spoil: Callable[[Path], object]

    @property
    def place(self) -> str:
        """What is not read on after the mistake: an item as a whole, else the file."""
        return "items" if self.file.startswith("items/") else self.file

    def __call__(self, folder: Path) -> None:
        self.spoil(folder / self.file)


class Mistake(NamedTuple):
    name: str
    spoil: Spoil
    zh: tuple[str, ...]
    en: tuple[str, ...]


def swap(file: str, old: str, new: str) -> Spoil:
    def spoil(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return Spoil(file, spoil)


def recode(file: str) -> Spoil:
    return Spoil(file, lambda path: path.write_bytes(path.read_text("utf-8").encode("gb18030")))


def remove(file: str) -> Spoil:
    return Spoil(file, Path.unlink)


def add(file: str, text: str) -> Spoil:
    def spoil(path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(kept + text, encoding="utf-8")

    return Spoil(file, spoil)


def copy(file: str, to: str) -> Spoil:
    """The file, or the folder it is in, a second time."""

    def spoil(path: Path) -> None:
        if path.is_dir():
            shutil.copytree(path, path.with_name(to))
        else:
            shutil.copy(path, path.with_name(to))

    return Spoil(file, spoil)


# What a file says of itself.
IN_A_FILE = [
    Mistake(
        "column of a check that the contract does not have",
        swap("sources/RS01.toml", 'column = "jfjs"', 'column = "jfjz"'),
        ("sources/RS01.toml", "checks.RS01-08.column", "jfjz"),
        ("sources/RS01.toml", "checks.RS01-08.column", "no column jfjz"),
    ),
    Mistake(
        "key column that the contract does not have",
        swap("sources/GA01.toml", 'key = ["gmsfhm"]', 'key = ["gmsfhn"]'),
        ("sources/GA01.toml", "resource.key", "gmsfhn"),
        ("sources/GA01.toml", "resource.key", "no column gmsfhn"),
    ),
    Mistake(
        "broken TOML of a contract",
        swap("sources/GA01.toml", 'table = "rk_jbxx"', 'table = "rk_jbxx'),
        ("sources/GA01.toml", "第 5 行"),
        ("sources/GA01.toml", "line 5"),
    ),
    Mistake(
        "broken TOML of the city",
        swap("city.toml", 'code = "329900"', "code = "),
        ("city.toml", "第 4 行"),
        ("city.toml", "line 4"),
    ),
    Mistake(
        "CSV with a day that is none",
        swap("calendar.csv", "2024-02-04,true", "2024-02-30,true"),
        ("calendar.csv", "第 3 行", "day", "2024-02-30"),
        ("calendar.csv", "line 3", "day", "2024-02-30"),
    ),
    Mistake(
        "CSV row with a cell too few",
        swap("offices.csv", ",329900\n", "\n"),
        ("offices.csv", "第 2 行", "缺少 region"),
        ("offices.csv", "line 2", "no cell for region"),
    ),
    Mistake(
        "CSV row with a cell too many",
        swap("offices.csv", ",329900\n", ",329900,9\n"),
        ("offices.csv", "第 2 行", "多出"),
        ("offices.csv", "line 2", "too many"),
    ),
    Mistake(
        "CSV with a quote that does not end",
        swap("offices.csv", "SJ,云", 'SJ,"云'),
        ("offices.csv", "不是 CSV"),
        ("offices.csv", "is not CSV"),
    ),
    Mistake(
        "element of a grade that is none",
        swap("standards/elements.csv", "string,4,an18", "string,5,an18"),
        ("standards/elements.csv", "第 2 行 grade", "5"),
        ("standards/elements.csv", "line 2, grade", "5"),
    ),
    Mistake(
        "CSV with a row twice",
        swap("offices.csv", "\nFG,", "\nSJ,"),
        ("offices.csv", "第 3 行", "SJ"),
        ("offices.csv", "line 3", "SJ"),
    ),
    Mistake(
        "CSV without a column",
        swap("standards/elements.csv", "name_en,type,grade", "name_en,type,level"),
        ("standards/elements.csv", "缺少列 grade"),
        ("standards/elements.csv", "missing columns grade"),
    ),
    Mistake(
        "broken XML of a process",
        swap("items/B09/process.bpmn", "</lane>", "</lame>"),
        ("items/B09/process.bpmn", "lame"),
        ("items/B09/process.bpmn", "lame"),
    ),
    Mistake(
        "broken XML of a decision",
        swap("items/B09/decision.dmn", "</question>", "</query>"),
        ("items/B09/decision.dmn", "query"),
        ("items/B09/decision.dmn", "query"),
    ),
    Mistake(
        "broken JSON of a form",
        swap("items/B09/form.json", '"schemaVersion": 18,', '"schemaVersion": 18'),
        ("items/B09/form.json",),
        ("items/B09/form.json",),
    ),
    Mistake(
        "missing calendar",
        remove("calendar.csv"),
        ("calendar.csv", "缺少这个文件"),
        ("calendar.csv", "the file is missing"),
    ),
    Mistake(
        "missing grants",
        remove("grants.toml"),
        ("grants.toml", "缺少这个文件"),
        ("grants.toml", "the file is missing"),
    ),
    Mistake(
        "missing file of an item",
        remove("items/B09/decision.dmn"),
        ("items/B09/decision.dmn", "缺少这个文件"),
        ("items/B09/decision.dmn", "the file is missing"),
    ),
    *(
        Mistake(
            f"GBK where UTF-8 is needed: {file}",
            recode(file),
            (file, "不是 UTF-8", "另存为 UTF-8"),
            (file, "not UTF-8", "save it as UTF-8"),
        )
        for file in (
            *("city.toml", "offices.csv", "sources/GA01.toml", "models/dwd/death.sql"),
            *("registers/facts.toml", "grants.toml", "items/B09/item.toml"),
            *("items/B09/form.json", "standards/codelists/sex.csv"),
        )
    ),
    Mistake(
        "cell that is too long",
        swap("standards/codelists/sex.csv", "未知的性别", "未" * 129),
        ("standards/codelists/sex.csv", "第 2 行 name_zh", "有 129 个字符，至多 128 个"),
        ("standards/codelists/sex.csv", "line 2, name_zh", "129 characters, at most 128"),
    ),
    Mistake(
        "cell that is empty",
        swap("regions.csv", "云泽市直", ""),
        ("regions.csv", "第 3 行 name_zh：单元格为空"),
        ("regions.csv", "line 3, name_zh: the cell is empty"),
    ),
    Mistake(
        "key that is empty",
        swap("offices.csv", "\nSJ,", "\n,"),
        ("offices.csv", "第 2 行 id：单元格为空"),
        ("offices.csv", "line 2, id: the cell is empty"),
    ),
    Mistake(
        "NUL in a text",
        swap("models/dwd/death.sql", "ods.sw_yx", "ods.\0sw_yx"),
        ("models/dwd/death.sql", "含有 NUL 字符，请另存为文本"),
        ("models/dwd/death.sql", "holds a NUL character; save it as text"),
    ),
    Mistake(
        "yes that is neither true nor false",
        swap("calendar.csv", ",true,", ",yes,"),
        ("calendar.csv", "第 3 行 working", "不能读取“yes”"),
        ("calendar.csv", "line 3, working", "cannot read 'yes'"),
    ),
    Mistake(
        "type of an element that is none",
        swap("standards/elements.csv", "string,4,an18", "text,4,an18"),
        ("standards/elements.csv", "第 2 行 type", "不能读取“text”"),
        ("standards/elements.csv", "line 2, type", "cannot read 'text'"),
    ),
    Mistake(
        "check of an element that is none",
        swap("standards/elements.csv", "an18,,citizen_id", "an18,,citizen_no"),
        ("standards/elements.csv", "第 2 行 check", "不能读取“citizen_no”"),
        ("standards/elements.csv", "line 2, check", "cannot read 'citizen_no'"),
    ),
    Mistake(
        "grants that are no tables",
        Spoil("grants.toml", lambda path: path.write_text("grants = 3")),
        ("grants.toml", "grants：应写作 [[grants]]"),
        ("grants.toml", "grants: write it as [[grants]]"),
    ),
    Mistake(
        "accounts that are no tables",
        Spoil("accounts.toml", lambda path: path.write_text('accounts = ["ga-clerk"]')),
        ("accounts.toml", "accounts：应写作 [[accounts]]"),
        ("accounts.toml", "accounts: write it as [[accounts]]"),
    ),
    Mistake(
        "register in a file whose name begins like that of the facts",
        add("registers/farm.toml", "version = "),
        ("registers/farm.toml", "不是有效的 TOML"),
        ("registers/farm.toml", "Invalid value (at end of document)"),
    ),
    Mistake(
        "grant without a purpose",
        swap("grants.toml", "purpose = ", "porpuse = "),
        ("grants.toml", "purpose：缺少此键", "porpuse：没有这个键"),
        ("grants.toml", "purpose: Field required", "porpuse: Extra inputs are not permitted"),
    ),
    Mistake(
        "column that names somebody and is none",
        swap("sources/SCJ01.toml", 'number = "fddbr_zjh"', 'number = "frdb"'),
        ("sources/SCJ01.toml", "named：没有列 frdb"),
        ("sources/SCJ01.toml", "named: no column frdb"),
    ),
    Mistake(
        "column that names somebody and must be filled",
        swap("sources/SCJ01.toml", 'others = ["fddbr"]', 'others = ["mc"]'),
        ("sources/SCJ01.toml", "named：列 mc 为必填，删除后整行将被隔离"),
        ("sources/SCJ01.toml", "column mc is required; without it the row would be quarantined"),
    ),
    Mistake(
        "column of a model that names somebody and is none",
        swap("models/dwd/company.sql", "-- named: representative_id", "-- named: leader"),
        ("models/dwd/company.sql", "named 中没有列 leader"),
        ("models/dwd/company.sql", "named names no column: leader"),
    ),
]

# What does not fit together; looked at when every file can be read.
BETWEEN_FILES = [
    Mistake(
        "unknown office of a contract",
        swap("sources/GA01.toml", 'owner = "GA"', 'owner = "ZZ"'),
        ("sources/GA01.toml", "resource.owner", "offices.csv 中没有部门 ZZ"),
        ("sources/GA01.toml", "resource.owner", "no office ZZ in offices.csv"),
    ),
    Mistake(
        "column of a fact that its model does not have",
        swap("registers/facts.toml", 'column = "sex"', 'column = "gender"'),
        ("registers/facts.toml", "facts.sex", "registers.person_facts 没有列 gender"),
        ("registers/facts.toml", "facts.sex", "registers.person_facts has no column gender"),
    ),
    Mistake(
        "key of a register that its model does not have",
        swap(
            "registers/person.toml",
            'relation = "dwd.death", column = "citizen_id"',
            'relation = "dwd.death", column = "id_number"',
        ),
        ("registers/person.toml", "key.found_in", "dwd.death 没有列 id_number"),
        ("registers/person.toml", "key.found_in", "dwd.death has no column id_number"),
    ),
    Mistake(
        "SQL models in a circle",
        swap("models/dwd/death.sql", "ods.sw_yx", "dwd.life"),
        ("models", "形成循环", "dwd.death"),
        ("models", "in a circle", "dwd.death"),
    ),
    Mistake(
        "SQL model that reads a table nobody brings",
        swap("models/dwd/death.sql", "ods.sw_yx", "ods.sw_xx"),
        ("models/dwd/death.sql", "ods.sw_xx", "没有模型产生它"),
        ("models/dwd/death.sql", "ods.sw_xx", "no model makes"),
    ),
    Mistake(
        "form field for which no material asks",
        swap("items/B09/form.json", '"material": "application"', '"material": "nothing"'),
        ("items/B09/form.json", "nothing"),
        ("items/B09/form.json", "nothing"),
    ),
    Mistake(
        "use of a fact that does not exist",
        swap("items/B09/item.toml", '"alive", "insured_months"', '"alive", "paid_months"'),
        ("items/B09/item.toml", "没有事实 paid_months"),
        ("items/B09/item.toml", "there is no fact paid_months"),
    ),
    Mistake(
        "decision on a fact that the item does not use",
        swap("items/B09/item.toml", '"alive", "insured_months", ', '"alive", '),
        ("items/B09/decision.dmn", "insured_months", "facts.used"),
        ("items/B09/decision.dmn", "insured_months", "facts.used"),
    ),
    Mistake(
        "unknown element",
        swap("sources/GA02.toml", 'element = "citizen_id"', 'element = "citizen_no"'),
        ("sources/GA02.toml", "standards/elements.csv 中没有数据元 citizen_no"),
        ("sources/GA02.toml", "no element citizen_no in standards/elements.csv"),
    ),
    Mistake(
        "unknown option of a connector",
        swap("sources/RS01.toml", 'schema = "rs"', 'scheme = "rs"'),
        ("sources/RS01.toml", "没有选项 scheme", "schema"),
        ("sources/RS01.toml", "no option scheme", "schema"),
    ),
    Mistake(
        "unknown kind of a connector",
        swap("sources/RS01.toml", 'kind = "postgres"', 'kind = "oracle"'),
        ("sources/RS01.toml", "oracle", "postgres"),
        ("sources/RS01.toml", "oracle", "postgres"),
    ),
    Mistake(
        "city without a code",
        swap("city.toml", 'code = "329900"', ""),
        ("city.toml", "city.code"),
        ("city.toml", "city.code"),
    ),
    Mistake(
        "grant on a relation that does not exist",
        swap("grants.toml", 'relation = "ods.cb_gr"', 'relation = "ods.cb_dw"'),
        ("grants.toml", "G-RS-STEWARD", "没有数据表 ods.cb_dw"),
        ("grants.toml", "G-RS-STEWARD", "no relation ods.cb_dw"),
    ),
    Mistake(
        "grant on a column that does not exist",
        swap("grants.toml", '"citizen_id", "death_date"', '"citizen_id", "death_day"'),
        ("grants.toml", "G-GA-DEATHS", "dwd.death_not_cancelled 没有列 death_day"),
        ("grants.toml", "G-GA-DEATHS", "dwd.death_not_cancelled has no column death_day"),
    ),
    Mistake(
        "unknown post of an account",
        swap("accounts.toml", 'role = "clerk"', 'role = "mayor"'),
        ("accounts.toml", "ga-clerk", "没有这个岗位", "mayor"),
        ("accounts.toml", "ga-clerk", "no such post", "mayor"),
    ),
    Mistake(
        "missing code list",
        remove("standards/codelists/sex.csv"),
        ("standards/elements.csv", "standards/codelists/sex.csv"),
        ("standards/elements.csv", "standards/codelists/sex.csv"),
    ),
    Mistake(
        "city that is no table",
        Spoil("city.toml", lambda path: path.write_text('city = "Yunze"')),
        ("city.toml", "city：应为一组键"),
        ("city.toml", "city: Input should be"),
    ),
    Mistake(
        "name of the city in one language",
        swap("city.toml", ', en = "Yunze City"', ""),
        ("city.toml", "city.name.en：缺少此键"),
        ("city.toml", "city.name.en: Field required"),
    ),
    Mistake(
        "hotline that is a number",
        swap("city.toml", '"12345"', "12345"),
        ("city.toml", "city.hotline：应为文本"),
        ("city.toml", "city.hotline: Input should be a valid string"),
    ),
    Mistake(
        "parent of a region that is none",
        swap("regions.csv", "district,329900", "district,329999"),
        ("regions.csv", "329901 parent：regions.csv 中没有区划 329999"),
        ("regions.csv", "329901 parent: no region 329999 in regions.csv"),
    ),
    Mistake(
        "region of an office that is none",
        swap("offices.csv", ",329900\n", ",329999\n"),
        ("offices.csv", "SJ region：regions.csv 中没有区划 329999"),
        ("offices.csv", "SJ region: no region 329999 in regions.csv"),
    ),
    Mistake(
        "two offices of one name",
        swap("offices.csv", "云泽市发展和改革委员会", "云泽市政务服务和数据管理局（行政审批局）"),
        ("offices.csv", "FG 与 SJ 同名"),
        ("offices.csv", "FG has the name of SJ"),
    ),
    Mistake(
        "contract twice",
        copy("sources/ZR01.toml", "ZR09.toml"),
        ("sources/ZR09.toml", "ZR01 与 sources/ZR01.toml 重复"),
        ("sources/ZR09.toml", "ZR01 is taken by sources/ZR01.toml"),
    ),
    Mistake(
        "item twice",
        copy("items/B09", "B99"),
        ("items/B99/item.toml", "item.code：B09 与 items/B09 重复"),
        ("items/B99/item.toml", "item.code: B09 is taken by items/B09"),
    ),
    Mistake(
        "grant twice",
        swap("grants.toml", '"G-GA-DEATHS"', '"G-RS-STEWARD"'),
        ("grants.toml", "G-RS-STEWARD 出现了多次"),
        ("grants.toml", "G-RS-STEWARD is there more than once"),
    ),
    Mistake(
        "office of a register that is none",
        swap("registers/person.toml", 'owner = "SJ"', 'owner = "ZZ"'),
        ("registers/person.toml", "register.owner：没有部门 ZZ"),
        ("registers/person.toml", "register.owner: no office ZZ"),
    ),
    Mistake(
        "relation of a register that is none",
        swap("registers/person.toml", 'relation = "dwd.death"', 'relation = "dwd.dead"'),
        ("registers/person.toml", "key.found_in：没有数据表 dwd.dead"),
        ("registers/person.toml", "key.found_in: no relation dwd.dead"),
    ),
    Mistake(
        "model of the facts that is none",
        swap("registers/facts.toml", '"registers.person_facts"', '"registers.facts"'),
        ("registers/facts.toml", "relation：没有模型 registers.facts"),
        ("registers/facts.toml", "relation: no model registers.facts"),
    ),
    Mistake(
        "source of a fact that is none",
        swap("registers/facts.toml", 'source = "GA01"', 'source = "GA99"'),
        ("registers/facts.toml", "没有数据资源 GA99"),
        ("registers/facts.toml", "no resource GA99"),
    ),
    Mistake(
        "register of the facts that is none",
        swap("registers/enterprise_facts.toml", '"enterprise"', '"firms"'),
        ("registers/enterprise_facts.toml", "register：没有基础库 firms"),
        ("registers/enterprise_facts.toml", "register: no register firms"),
    ),
    Mistake(
        "facts of one register in two files",
        swap("registers/enterprise_facts.toml", '"enterprise"', '"person"'),
        ("registers/facts.toml", "person 库的事实已在 registers/enterprise_facts.toml 中定义"),
        ("registers/facts.toml", "the facts of person are in registers/enterprise_facts.toml"),
    ),
    Mistake(
        "fact of two registers",
        swap("registers/enterprise_facts.toml", 'key = "uscc"', 'key = "phone"'),
        ("registers/facts.toml", "facts.phone：已在 registers/enterprise_facts.toml 中定义"),
        ("registers/facts.toml", "facts.phone: defined in registers/enterprise_facts.toml already"),
    ),
    Mistake(
        "office of an item that is none",
        swap("items/B09/item.toml", 'office = "GA"', 'office = "ZZ"'),
        ("items/B09/item.toml", "没有部门 ZZ"),
        ("items/B09/item.toml", "no office ZZ"),
    ),
    Mistake(
        "posts that are no tables",
        add(
            "accounts.toml",
            '\n[[accounts]]\nusername = "last"\nname = { zh = "末" }\nposts = "GA"\n',
        ),
        ("accounts.toml", "last：没有这个岗位 GA"),
        ("accounts.toml", "last: no such post GA"),
    ),
]


def in_folders(mistakes: Sequence[Mistake]) -> list[list[Mistake]]:
    """As few folders as there are mistakes in one file."""
    folders: list[list[Mistake]] = []
    for mistake in mistakes:
        place = mistake.spoil.place
        free = (one for one in folders if place not in {other.spoil.place for other in one})
        one = next(free, None)
        if one is None:
            folders.append(one := [])
        one.append(mistake)
    return folders


@pytest.fixture(scope="module")
def refusals(tmp_path_factory) -> dict[str, city.FolderRefused]:
    """What is said of the folder that has the mistake, by the mistake's name."""
    found: dict[str, city.FolderRefused] = {}
    for mistakes in (*in_folders(IN_A_FILE), *in_folders(BETWEEN_FILES)):
        folder = copied(tmp_path_factory.mktemp("city"))
        for mistake in mistakes:
            mistake.spoil(folder)
        with pytest.raises(city.FolderRefused) as refused:
            city.read_checked(folder, TODAY)
        found |= {mistake.name: refused.value for mistake in mistakes}
    return found


def copied(place: Path) -> Path:
    ignored = shutil.ignore_patterns("synthesis", "*.py", "__pycache__")
    return Path(shutil.copytree(CITY, place / "yunze", ignore=ignored))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("mistake", [*IN_A_FILE, *BETWEEN_FILES], ids=lambda one: one.name)
def test_a_mistake_is_named_with_its_file_and_place(mistake: Mistake, language: str, refusals):
    words = mistake.zh if language == "zh" else mistake.en
    lines = refusals[mistake.name].told(language).splitlines()[1:]

    assert [line for line in lines if all(word in line for word in words)], lines


def test_mistakes_in_different_files_are_told_together(folder: Path):
    swap("sources/GA01.toml", 'owner = "GA"', 'owner = "ZZ"')(folder)
    swap("grants.toml", 'relation = "ods.cb_gr"', 'relation = "ods.cb_dw"')(folder)

    with pytest.raises(city.FolderRefused) as refused:
        city.read_checked(folder, TODAY)

    assert refused.value.facts["count"] == 2
    assert refused.value.told("en").splitlines()[1:] == [
        "sources/GA01.toml: resource.owner: no office ZZ in offices.csv",
        "grants.toml: grants.toml, G-RS-STEWARD: no relation ods.cb_dw",
    ]


def test_the_command_refuses_with_exit_code_1_and_nothing_changes(folder: Path, db, capsys):
    swap("grants.toml", 'relation = "ods.cb_gr"', 'relation = "ods.cb_dw"')(folder)

    with pytest.raises(SystemExit) as ended:
        call_command("load", str(folder))

    assert ended.value.code == 1
    assert "没有数据表 ods.cb_dw" in capsys.readouterr().err
    assert not Office.objects.exists()
    assert not Event.objects.exists()


def test_the_demo_city_is_accepted(db, capsys):
    call_command("load", str(CITY))

    sources = {path.stem for path in (CITY / "sources").iterdir()}
    assert f"{len(sources)} contract, " in capsys.readouterr().out
    assert Office.objects.count() == 32
    assert set(Resource.objects.values_list("code", flat=True)) == sources
