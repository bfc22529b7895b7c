"""What can go wrong between two systems, each by a code that is kept and words that a person reads.

No words hold anything that the other side sent: at most a status, a limit, or a name of our own.
"""

from collections.abc import Mapping
from typing import ClassVar

from tongban.errors import Refusal


class Problem(Refusal):
    """The other system did not do what was asked."""

    zh = "对方系统没有完成所请求的事。"
    code: ClassVar[str]
    final: ClassVar[bool] = False  # no further try would change it
    about: str

    def __init__(self, about: object = "") -> None:
        self.about = str(about)[:64]
        super().__init__(about=self.about)


class Unreachable(Problem):
    """The other system cannot be reached ({about})."""

    zh = "连接不上对方系统（{about}）。"
    code = "unreachable"


class TooSlow(Problem):
    """The other system did not answer within {about} seconds."""

    zh = "对方系统在 {about} 秒内没有答复。"
    code = "too_slow"


class TooLarge(Problem):
    """The other system's answer is larger than {about} bytes."""

    zh = "对方系统的答复超过 {about} 字节。"
    code = "too_large"


class Redirected(Problem):
    """The other system sends elsewhere (status {about}), which is not followed: correct the address
    in outside.toml."""

    zh = "对方系统要求转到别处（状态 {about}），平台不跟随：请更正 outside.toml 中的地址。"
    code = "redirected"


class ServerError(Problem):
    """The other system has an error of its own (status {about})."""

    zh = "对方系统自身出错（状态 {about}）。"
    code = "server_error"


class Declined(Problem):
    """The other system refuses the request (status {about}); sending it again changes nothing."""

    zh = "对方系统拒绝了请求（状态 {about}），再次发送也不会改变。"
    code = "declined"
    final = True


class UnexpectedStatus(Problem):
    """The other system answers with status {about}, which is not agreed."""

    zh = "对方系统答复的状态 {about} 不在约定之内。"
    code = "unexpected_status"


class NotJson(Problem):
    """The other system's answer is no JSON object."""

    zh = "对方系统的答复不是 JSON 对象。"
    code = "not_json"


class KeyOfAnother(Problem):
    """The other system answers with the key of another request; nothing of it was taken."""

    zh = "对方系统答复的是另一请求的键，未采用。"
    code = "other_key"


class NoReceipt(Problem):
    """The other system took the request and gave no receipt."""

    zh = "对方系统收下请求却没有给出回执号。"
    code = "no_receipt"


class OutputMissing(Problem):
    """{about} is missing in the other system's result."""

    zh = "对方系统的结果缺少 {about}。"
    code = "output_missing"


class OutputMistyped(Problem):
    """{about} has another type in the other system's result than was agreed."""

    zh = "对方系统结果中的 {about} 与约定的类型不符。"
    code = "output_mistyped"


class Stopped(Problem):
    """The other system says that it cannot do it ({about})."""

    zh = "对方系统告知不能办理（{about}）。"
    code = "stopped"
    final = True


class Forgotten(Problem):
    """The other system knows nothing of the request; it is sent again with the same key."""

    zh = "对方系统没有这个请求，将以同一请求键重新发送。"
    code = "forgotten"


class SecretMissing(Problem):
    """The environment variable {about} is not set; put the secret that is shared with the other
    system there."""

    zh = "环境变量 {about} 未设置，请填入与对方系统共享的密钥。"
    code = "no_secret"


class Unanswered(Problem):
    """The last try was broken off before its answer was known."""

    zh = "最后一次尝试在得知结果之前中断。"
    code = "unanswered"


class TimedOut(Problem):
    """The time limit of the step ({about}) has passed."""

    zh = "已超过这一步的时限（{about}）。"
    code = "timeout"


class ProcessStuck(Problem):
    """The result came, and the process of the case cannot go on with it ({about}); the log says
    why."""

    zh = "结果已收到，但办件的流程无法继续（{about}），原因见日志。"
    code = "process"


PROBLEMS: Mapping[str, type[Problem]] = {
    each.code: each
    for each in (
        *(Unreachable, TooSlow, TooLarge, Redirected, ServerError, Declined, UnexpectedStatus),
        *(NotJson, KeyOfAnother, NoReceipt, OutputMissing, OutputMistyped, Stopped, Forgotten),
        *(SecretMissing, Unanswered, TimedOut, ProcessStuck),
    )
}


def told(code: str, about: str, language: str) -> str:
    """The words of what was kept; empty where nothing went wrong."""
    return PROBLEMS[code](about).told(language) if code else ""
