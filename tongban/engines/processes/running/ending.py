"""Where tokens end: in an end event, with everything around them, or in an error."""

from typing import ClassVar

from tongban.engines.processes.effects import Entered, Finished, Left
from tongban.engines.processes.model import EndEvent, ErrorEnd, TerminateEnd
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.running import catching
from tongban.engines.processes.running.run import PROCESS, Run
from tongban.engines.processes.state import Token


class Stuck(Refused):
    """After this step nothing could ever go on: tokens wait to be joined at {nodes}, and no other
    can come. Correct the model: a parallel gateway joins only what a parallel gateway split."""

    zh: ClassVar[str] = (
        "此步骤之后流程将无法继续：令牌在 {nodes} 等待汇合，而不会再有令牌到来。"
        "请修改模型：并行网关只能汇合由并行网关分出的分支。"
    )


def enter(run: Run, node: EndEvent, token: Token) -> None:
    _end(run, node, token)
    if token.scope == PROCESS:
        # A branch that only ends, a reminder say, does not rename what another has achieved.
        run.outcome = node.outcome or run.outcome or node.id


def enter_terminate(run: Run, node: TerminateEnd, token: Token) -> None:
    _end(run, node, token)
    run.clear(token.scope)
    if token.scope == PROCESS:
        run.outcome = node.outcome or node.id


def enter_error(run: Run, node: ErrorEnd, token: Token) -> None:
    _end(run, node, token)
    caught = catching.catcher(run, token, node.error)
    if caught is not None:
        catching.leave_activity(run, *caught)
        return
    run.clear(PROCESS)
    run.status, run.outcome = "failed", node.error
    _finish(run)


def finish(run: Run) -> None:
    run.status = "finished"
    _finish(run)


def check_not_stuck(run: Run) -> None:
    if not (run.tasks or run.timers or run.subscriptions):
        nodes = sorted({token.node for token in run.tokens.values()})
        raise Stuck(nodes=", ".join(nodes))


def _end(run: Run, node: EndEvent, token: Token) -> None:
    run.effects += [Entered(node.id), Left(node.id)]
    del run.tokens[token.id]


def _finish(run: Run) -> None:
    run.close_scope(PROCESS)
    run.effects.append(Finished(run.outcome or ""))
