from typing import ClassVar

from tongban.errors import Refusal


class Refused(Refusal):
    """The process cannot take this step. Nothing has changed."""

    zh: ClassVar[str] = "流程不能执行此步骤，状态没有改变。"
