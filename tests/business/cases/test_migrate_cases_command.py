"""`tongban migrate-cases`: what it would move, what it moved, and what keeps the others."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from tests.business.applying import apply, changed, publish
from tests.business.refusing import everything
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
WHO = {"by": "item_manager-GA"}


@pytest.fixture
def two(ground, permit, citizen, staff):
    """Two cases wait at the review; the version in force calls that step otherwise."""
    staff("item_manager")
    cases = [apply(permit, citizen(name, insured_months=None)) for name in ("wang", "li")]
    text = ground.bundle.process_text.replace("人工审查", "审批人员审查")
    publish(changed(ground.bundle, "B09", process_text=text))
    return cases


def run(*arguments, language="zh-hans", **options) -> str:
    out = StringIO()
    with translation.override(language):
        call_command("migrate_cases", *arguments, stdout=out, **{**WHO, **options})
    return out.getvalue().strip()


def test_without_apply_it_tells_and_changes_nothing(two):
    before = everything()
    assert run("B09") == "可以迁移 2 件，不能迁移 0 件。"
    assert run("B09", language="en") == "2 can move, 0 cannot."
    assert everything() == before


def test_with_a_reason_it_moves_them(two):
    assert run("B09", apply="按新版办理") == "已迁移 2 件，不能迁移 0 件。"
    assert {case.version.number for case in Case.objects.all()} == {2}
    assert run("B09", apply="再来一次", language="en") == "0 moved, 0 cannot."


def test_what_stays_is_told_with_what_keeps_it(two, ground):
    text = ground.bundle.process_text.replace("review", "look_at")
    publish(changed(ground.bundle, "B09", process_text=text))
    told = run("B09", language="en").splitlines()

    assert told[0] == f"{two[0].number} v1 · Review by a person"
    assert told[1].startswith("  The user task “Review by a person” (review)")
    assert (len(told), told[-1]) == (5, "0 can move, 2 cannot.")


def test_a_program_reads_json(two):
    one, other = json.loads(run("B09", json=True))
    assert (one["number"], one["version"], one["obstacles"]) == (two[0].number, 1, [])
    assert other["standing"] == ["人工审查"]


@pytest.mark.parametrize(
    ("item", "by", "said"),
    [
        ("C01", "item_manager-GA", "没有生效的事项“C01”；现有 B09。"),
        ("B09", "nobody", "没有可用的账号 nobody。"),
        ("B09", "wang", "事项 B09 由公安局实施，这里只供该单位的事项管理员使用。"),
    ],
)
def test_what_it_cannot_do_is_refused_in_words(two, capsys, item, by, said):
    before = everything()
    with pytest.raises(SystemExit) as ended:
        run(item, by=by, apply="按新版办理")
    assert (ended.value.code, capsys.readouterr().err.strip()) == (1, said)
    assert everything() == before
