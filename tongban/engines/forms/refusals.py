"""What makes a schema unusable. Each says where it stands and the way out."""

from typing import Any

from tongban.errors import Refusal


class FormError(Refusal):
    """The form cannot be used."""

    zh = "表单不能使用。"

    def __init__(self, path: str, **facts: Any) -> None:
        self.path = path
        super().__init__(**facts)
        self.message = self.told("en")
        # On the instance `zh` is the finished sentence, as the callers of an engine are promised.
        vars(self)["zh"] = self.told("zh")

    def reason(self, language: str) -> str:
        """The sentence without the place, for those who name the place themselves."""
        words = (
            type(self).zh if language.startswith("zh") else " ".join((self.__doc__ or "").split())
        )
        return words.format(**self.facts)

    def told(self, language: str) -> str:
        if language.startswith("zh"):
            return f"{self.path or '表单'}：{self.reason(language)}"
        return f"{self.path or 'Form'}: {self.reason(language)}"


class NotJson(FormError):
    """This is not JSON: {why}."""

    zh = "不是 JSON：{why}。"


class NestedTooDeeply(FormError):
    """The groups are nested too deeply."""

    zh = "分组嵌套过深。"


class NotThatKind(FormError):
    """{kind_en} is needed here."""

    zh = "这里应为{kind_zh}。"


class Missing(FormError):
    """“{name}” is missing."""

    zh = "缺少“{name}”。"


class NotSupported(FormError):
    """“{name}” of a {owner} is not supported; remove it."""

    zh = "不支持 {owner} 的“{name}”，请删除。"


class ValueNotSupported(FormError):
    """“{name}” can only be {allowed}."""

    zh = "“{name}”只能是 {allowed}。"


class ComponentNotSupported(FormError):
    """Components of the type “{type}” are not supported. Use one of: {supported}."""

    zh = "不支持“{type}”类型的组件，可用的有：{supported}。"


class BadKey(FormError):
    """The key “{key}” must be one word of English letters, digits and “_”."""

    zh = "键“{key}”只能由英文字母、数字和下划线组成，并以字母或下划线开头。"


class OptionTwice(FormError):
    """The option “{value}” is there twice."""

    zh = "选项“{value}”重复。"


class NotAnOption(FormError):
    """“{value}” is none of the options."""

    zh = "“{value}”不在选项之中。"


class BadPattern(FormError):
    """The pattern cannot be read: {why}."""

    zh = "无法解析格式表达式：{why}。"


class BadExpression(FormError):
    """“{text}” cannot be used: {why_en}"""

    zh = "表达式“{text}”不能使用：{why_zh}"


class ComputedText(FormError):
    """Text is shown as it stands: write it without “=” at the beginning and without “{{{{”."""

    zh = "文字按原样显示：开头不能用“=”，也不能含“{{{{”。"


class NotAnExpression(FormError):
    """A condition begins with “=”: write “={text}”."""

    zh = "条件应以“=”开头：请写成“={text}”。"


class WrongResult(FormError):
    """“{text}” gives a {got}; a {needed} is needed."""

    zh = "“{text}”的结果是 {got}，这里需要 {needed}。"


class ConditionsInACircle(FormError):
    """Whether these are shown depends on each other in a circle: {keys}."""

    zh = "以下字段的显示条件互相依赖，成了循环：{keys}。"
