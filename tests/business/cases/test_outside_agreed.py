"""What a process gives to an outside service is what the service agreed to take."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.business.applying import apply, changed, publish
from tests.business.refusing import refused
from tests.permits import CITY
from tests.provinces import CHECK, outside_process
from tongban.business.cases import outside_calls
from tongban.business.cases.models import OutsideCall
from tongban.business.items import bundle

pytestmark = pytest.mark.django_db


def test_a_process_that_names_no_known_service_is_refused(province):
    drawn = outside_process().replace("residence-check", "house-check")
    version = publish(changed(bundle.read(CITY / "items" / "B09"), "B09", process_text=drawn))
    applicant = province.citizen("zhou")
    with refused(
        outside_calls.UnknownService,
        "没有外部服务 house-check，请先在城市目录的 outside.toml 中写明并装载。",
        "There is no outside service house-check; describe it in the city's outside.toml and "
        "load it.",
    ):
        apply(version, applicant)


@pytest.mark.parametrize(
    ("step", "refusal", "zh", "en"),
    [
        (
            CHECK.replace('<tb:input target="months" source="months"/>', ""),
            outside_calls.InputMissing,
            "流程没有向外部服务 residence-check 提供 months，请在该步骤用 tb:input 写明。",
            "The process gives no months to the outside service residence-check. Name it with "
            "tb:input at the step.",
        ),
        (
            CHECK.replace('source="months"', 'source="months > 3"'),
            outside_calls.InputMistyped,
            "流程向外部服务 residence-check 提供的 months 不是 number 类型。",
            "What the process gives to the outside service residence-check as months is no number.",
        ),
    ],
    ids=["missing", "mistyped"],
)
def test_what_was_agreed_and_is_not_given_is_refused(province, step, refusal, zh, en):
    drawn = outside_process(waits=step)
    version = publish(changed(bundle.read(CITY / "items" / "B09"), "B09", process_text=drawn))
    applicant = province.citizen("zhou")
    with refused(refusal, zh, en):
        apply(version, applicant)
    assert not OutsideCall.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name__contains="outside").exists()
