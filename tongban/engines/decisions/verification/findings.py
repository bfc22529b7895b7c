"""What can be wrong with a model that could be read, each with its place and, where there is one,
a case that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from tongban.engines.decisions.refusals import Address, ModelError
from tongban.engines.feel import Value


class Severity(Enum):
    ERROR = "error"  # to be mended before the model is used
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Example:
    """A case that shows a finding: the table was run on it. `text` is FEEL."""

    values: Mapping[str, Value]
    text: str


class Finding(ModelError):
    """Something is wrong with the model."""

    zh = "决策模型有问题。"
    severity: ClassVar[Severity] = Severity.WARNING

    def __init__(
        self,
        address: Address,
        rules: Sequence[int] = (),
        example: Example | None = None,
        **facts: Any,
    ) -> None:
        self.rules, self.example = tuple(rules), example
        shown = {"example": example.text} if example else {}
        super().__init__(address, **shown, **facts)


class NoRule(Finding):
    """No rule holds, and there is no default result, for {example}."""

    zh = "没有规则成立，也没有默认结果：{example}。"


class MoreGaps(Finding):
    """There are more than {limit} kinds of cases for which no rule holds."""

    zh = "没有规则成立的情形超过 {limit} 类，这里只列出一部分。"


class NothingForMissing(Finding):
    """Nothing is said about a missing {source}: no rule holds for {example}."""

    zh = "没有规定“{source}”为空时的结果：{example}，没有规则成立。"


class SeveralRulesHold(Finding):
    """Rules {one} and {other} hold at once, which the hit policy UNIQUE forbids, for {example}."""

    zh = "第 {one} 条与第 {other} 条规则会同时成立，而命中策略“唯一”不允许：{example}。"
    severity = Severity.ERROR


class ResultsDiffer(Finding):
    """Rules {one} and {other} hold at once with different results, which the hit policy ANY
    forbids, for {example}."""

    zh = "第 {one} 条与第 {other} 条规则会同时成立但结果不同，而命中策略“任意”不允许：{example}。"
    severity = Severity.ERROR


class MorePairs(Finding):
    """{count} further pairs of rules contradict each other in the same way."""

    zh = "另有 {count} 对规则以同样方式相互矛盾。"
    severity = Severity.ERROR


class NeverHolds(Finding):
    """The rule can never hold: no allowed value passes {tests}."""

    zh = "规则永远不会成立：没有允许的值满足 {tests}。"
    severity = Severity.ERROR


class NeverDecides(Finding):
    """The rule never decides: wherever it holds, rules before it do, as rule {winner} does for
    {example}."""

    zh = "规则永远不起作用：凡它成立时都有在先的规则成立，例如 {example} 时由第 {winner} 条决定。"


class UnknownFact(Finding):
    """There is no fact “{name}”."""

    zh = "没有事实“{name}”。"
    severity = Severity.ERROR


class OtherTypeOfFact(Finding):
    """The model takes “{name}” for {declared}, but the fact is {found}."""

    zh = "模型把“{name}”当作 {declared}，而该事实是 {found}。"
    severity = Severity.ERROR


class NotProven(Finding):
    """It was not checked for every value {what}, because {texts} is more than a comparison with
    constants; samples show nothing else."""

    zh = "没有对所有取值检查{what_zh}，因为 {texts} 不只是与常量的比较；抽样未发现其他问题。"


class ResultsComputed(Finding):
    """It was not checked {what}, because results of rules {numbers} are computed."""

    zh = "没有检查{what_zh}，因为第 {numbers} 条规则的结果由计算得出。"


class TooIntricate(Finding):
    """It was not checked {what}: that would take more than {limit} steps."""

    zh = "没有检查{what_zh}：所需步骤超过 {limit}。"


class NotReadable(Finding):
    """This table within a box was not checked, because it reads names of the box."""

    zh = "没有检查框内的这个决策表，因为它读取框内的名称。"
