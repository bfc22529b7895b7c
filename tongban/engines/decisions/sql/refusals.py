"""What has no SQL: said before anything runs, with the place in the model."""

from __future__ import annotations

from tongban.engines.decisions.refusals import Address, Label, ModelError


class NotInSubset(ModelError):
    """{what_en} cannot be computed in SQL. Decide these cases one by one."""

    zh = "{what_zh}不能用 SQL 计算，请逐件决策。"

    def __init__(self, address: Address, what: Label) -> None:
        super().__init__(address, what_en=what.en, what_zh=what.zh)


class NotInRelation(ModelError):
    """The relation does not fit the decision: {what_en}."""

    zh = "数据表与决策不符：{what_zh}。"

    def __init__(self, what: Label) -> None:
        super().__init__(Address(), what_en=what.en, what_zh=what.zh)


class Unfit(Exception):
    """Raised where the place is not known; whoever knows it makes a NotInSubset of it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.what = Label(zh, en)
