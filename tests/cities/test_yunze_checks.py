"""Goal G15 in small: whatever a rule can know is found, and nothing else is."""

from itertools import groupby

import pytest

from tests.cities.lake import CONTRACTS, Lake, table

DIRT = table("dirt.csv")
BY_CHECK = [kind for kind in DIRT if not kind["found_by"].startswith("model:")]
BY_MODEL = [kind for kind in DIRT if kind["found_by"].startswith("model:")]
OF_PEOPLE = [kind for kind in BY_MODEL if kind["dataset"] != "SCJ02"]


def injected(lake: Lake, dataset: str, kinds: set[str], column: str) -> set[int]:
    names = ", ".join(f"'{kind}'" for kind in sorted(kinds))
    return {
        row[0]
        for row in lake.rows(
            f"select cast(position as bigint) from truth.defects where dataset = '{dataset}'"
            f" and kind in ({names}) and \"column\" in ('{column}', 'xm')"
        )
    }


@pytest.mark.parametrize(
    "kind", BY_CHECK, ids=lambda k: f"{k['dataset']}-{k['column']}-{k['kind']}"
)
def test_a_check_finds_every_row_of_its_kind(lake: Lake, kind: dict[str, str]):
    rows = injected(lake, kind["dataset"], {kind["kind"]}, kind["column"])

    assert rows - lake.found(kind["dataset"], kind["found_by"]) == set()


def _checks():
    ordered = sorted(BY_CHECK, key=lambda k: (k["dataset"], k["found_by"]))
    for (dataset, code), kinds in groupby(ordered, lambda k: (k["dataset"], k["found_by"])):
        yield dataset, code, list(kinds)


@pytest.mark.parametrize(("dataset", "code", "kinds"), list(_checks()))
def test_a_check_finds_nothing_else(
    lake: Lake, dataset: str, code: str, kinds: list[dict[str, str]]
):
    column = kinds[0]["column"]
    explained = {kind["kind"] for kind in kinds}
    if code.endswith(".citizen_id") or code == "ZR01-06":
        # What lost its digits has a wrong check digit as well.
        explained.add("id_scientific")
    rows = injected(lake, dataset, explained, column)

    assert lake.found(dataset, code) - rows == set()


def test_no_check_finds_a_cell_that_nobody_spoilt(lake: Lake):
    for dataset in CONTRACTS:
        for check in lake.checks[dataset]:
            spoilt = {
                row[0]
                for row in lake.rows(
                    "select cast(position as bigint) from truth.defects"
                    f" where dataset = '{dataset}' and \"column\" = '{check.column}'"
                )
            }
            if check.code != "KEY":
                assert lake.found(dataset, check.code) - spoilt == set(), check.code


@pytest.mark.parametrize("kind", OF_PEOPLE, ids=lambda k: k["kind"])
def test_a_model_lists_the_people_of_a_cross_check(lake: Lake, kind: dict[str, str]):
    # Who is dead but still registered stands in both ways of writing it in one list.
    kinds = (
        {kind["kind"], "death_status"} if kind["kind"] == "dead_not_cancelled" else {kind["kind"]}
    )
    names = ", ".join(f"'{each}'" for each in sorted(kinds))
    injected_people = {
        row[0]
        for row in lake.rows(
            "select distinct citizen_id from truth.defects join truth.people using (citizen_id)"
            f" where kind in ({names}) and not contains(coalesce(unusable, ''), 'WJ02')"
        )
    }
    relation = kind["found_by"].removeprefix("model:")

    assert injected_people
    assert {row[0] for row in lake.rows(f"select citizen_id from {relation}")} == injected_people


def test_quarantine_holds_exactly_the_rows_that_nobody_can_use(lake: Lake):
    for dataset in CONTRACTS:
        raw, ods = (
            lake.value(f"select count(*) from {layer}.{CONTRACTS[dataset].resource.table}")
            for layer in ("raw", "ods")
        )
        kinds = {
            k["kind"] for k in DIRT if k["dataset"] == dataset and k["treatment"] == "quarantined"
        }
        names = ", ".join(f"'{kind}'" for kind in sorted(kinds))
        spoilt = (
            lake.value(
                f"select count(distinct position) from truth.defects where dataset = '{dataset}'"
                f" and kind in ({names})"
            )
            if kinds
            else 0
        )
        assert raw - ods == spoilt


@pytest.mark.parametrize(
    ("numbers", "good"),
    [
        ("329901199003070020", True),
        ("329901199003070020、329901198807220018", True),
        ("329901199003070020、军字第0012345号", True),
        ("329901199003070020、", False),
        ("、329901199003070020", False),
        ("329901199003070020、无", False),
        (None, False),
    ],
)
def test_every_owner_of_a_home_needs_a_usable_number(lake: Lake, numbers: str | None, good: bool):
    check = next(check for check in lake.checks["ZR01"] if check.code == "ZR01-06")

    found = lake.con.execute(
        f"select {check.predicate} from (select cast(? as varchar) as qlr_zjh)", [numbers]
    ).fetchone()

    assert found == (good,)
