"""The grounds on which the law lets a clock stop. A site visit is none."""

from tongban.engines.clocks.labels import Labelled
from tongban.errors import Refusal


class Ground(Labelled):
    """Administrative Licensing Law, art. 45: the time these take is not counted. Nor is the time
    that the applicant takes to correct what he was asked for at once (art. 32)."""

    HEARING = "hearing", "听证", "Hearing"
    TENDER = "tender", "招标", "Tender"
    AUCTION = "auction", "拍卖", "Auction"
    INSPECTION = "inspection", "检验", "Inspection of goods or equipment"
    TESTING = "testing", "检测", "Testing"
    QUARANTINE = "quarantine", "检疫", "Quarantine"
    APPRAISAL = "appraisal", "鉴定", "Appraisal"
    EXPERT_REVIEW = "expert_review", "专家评审", "Expert review"
    CORRECTION = "correction", "补正", "Correction by the applicant"


class NotAGround(Refusal):
    """The clock does not stop for "{ground}". The law names only: {allowed_en}."""

    zh = "“{ground}”不是停止计时的法定事由。法律只列明：{allowed_zh}。"


_BY_NAME = {name: each for each in Ground for name in (each.value, each.zh)}


def ground(name: str) -> Ground:
    """The ground with this code or Chinese name."""
    found = _BY_NAME.get(name)
    if found is None:
        raise NotAGround(
            ground=name,
            allowed_en=", ".join(each.en.lower() for each in Ground),
            allowed_zh="、".join(each.zh for each in Ground),
        )
    return found
