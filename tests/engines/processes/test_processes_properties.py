"""What holds for the elements that count, whatever the numbers and the order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    end,
    flow,
    message,
    model,
    node,
    path,
    script,
    several,
    signal,
    start,
    sub,
    thrown,
    user,
    when,
)
from tongban.engines.processes import CallService, ThrowSignal

quick = settings(deadline=None, max_examples=15)
TASKS = ("a", "b", "c", "d")


@quick
@given(st.permutations(TASKS), st.integers(0, 4))
def test_tasks_are_undone_in_the_reverse_of_the_order_in_which_they_were_completed(
    order: list[str], done: int
):
    drawn = [
        user(task)
        + boundary(f"b_{task}", task, thrown("compensate"))
        + node("serviceTask", f"undo_{task}", isForCompensation="true", tb_operation=task)
        + association(f"b_{task}", f"undo_{task}")
        + path("start", task, "end")
        for task in TASKS
    ]
    back = user("enough") + node("intermediateThrowEvent", "back", thrown("compensate"))
    case = Case(model(start(), *drawn, back, end(), path("start", "enough", "back", "end")))
    for task in order[:done]:
        case.do(task)
    case.do("enough")
    while any(node.startswith("undo") for node in case.open()):
        case.do(next(node for node in case.open() if node.startswith("undo")))

    undone = [effect.operation for effect in case.effects_of(CallService)]
    assert undone == order[:done][::-1]
    assert not case.state.done


@quick
@given(st.integers(1, 6), st.integers(1, 4))
def test_an_activity_takes_and_gives_as_many_tokens_as_it_says(gives: int, takes: int):
    xml = model(
        start(),
        user("a", completionQuantity=str(gives)),
        user("b", startQuantity=str(takes)),
        end(),
        path("start", "a", "b", "end"),
    )
    case = Case(xml)
    case.do("a")

    begun, left = divmod(gives, takes)
    assert case.open() == ["b"] * begun
    assert sum(token.held for token in case.state.tokens.values()) == left


def turns(n: int, limit: int, maximum: int | None, before: bool) -> int:
    """What a standard loop does, as a loop."""
    done = 0
    while maximum is None or done < maximum:
        if (before or done) and not n < limit:
            break
        n, done = n + 1, done + 1
    return done


@quick
@given(st.integers(0, 5), st.integers(0, 5), st.one_of(st.none(), st.integers(0, 4)), st.booleans())
def test_a_standard_loop_does_as_many_turns_as_a_loop(
    n: int, limit: int, maximum: int | None, before: bool
):
    most = "" if maximum is None else f' loopMaximum="{maximum}"'
    loop = (
        f'<standardLoopCharacteristics testBefore="{str(before).lower()}"{most}>'
        f"<loopCondition>n &lt; {limit}</loopCondition></standardLoopCharacteristics>"
    )
    xml = model(
        start(), script("a", "n + 1", loop, tb_result="n"), end(), path("start", "a", "end")
    )
    case = Case(xml, n=n)

    assert case.state.variables == {"n": n + turns(n, limit, maximum, before)}


@quick
@given(st.permutations(TASKS), st.integers(1, 4))
def test_a_complex_gateway_goes_on_once_with_the_token_that_makes_it_enough(
    order: list[str], needed: int
):
    condition = f"<activationCondition>activationCount >= {needed}</activationCondition>"
    xml = model(
        start(),
        *(user(task) + path("start", task, "g") for task in TASKS),
        node("complexGateway", "g", condition),
        user("after"),
        end(),
        path("g", "after", "end"),
    )
    case = Case(xml)
    for number, task in enumerate(order, 1):
        case.do(task)
        assert case.open().count("after") == (number >= needed)
    case.do("after")

    assert case.over == ("finished", "end")


@quick
@given(st.lists(st.integers(0, 9), max_size=8))
def test_a_condition_comes_as_often_as_it_turns_true(values: list[int]):
    xml = model(
        start(),
        user("a"),
        boundary("met", "a", when("x > 4"), cancelActivity="false"),
        user("b"),
        end(),
        path("start", "a", "end"),
        path("met", "b", "end"),
    )
    case = Case(xml, x=0)
    for value in values:
        case.change(x=value)

    rises = sum(was <= 4 < now for was, now in zip([0, *values], values, strict=False))
    assert case.open().count("b") == rises


@quick
@given(st.lists(st.sampled_from(["alarm", "order"]), max_size=8))
def test_what_needs_two_things_comes_as_often_as_both_have_come(said: list[str]):
    """Each is taken once in a round; what comes twice in one is refused."""
    xml = model(
        start(),
        user("a"),
        boundary(
            "both", "a", signal("s") + message("m"), cancelActivity="false", parallelMultiple="true"
        ),
        user("b"),
        end(),
        path("start", "a", "end"),
        path("both", "b", "end"),
        beside='<signal id="s" name="alarm"/><message id="m" name="order"/>',
    )
    case = Case(xml)
    missing, rounds = {"alarm", "order"}, 0
    for word in said:
        waits = {each.name for each in case.state.subscriptions.values()}
        assert waits == missing
        if word in missing:
            (case.signal if word == "alarm" else case.say)(word)
            missing.discard(word)
        if not missing:
            missing, rounds = {"alarm", "order"}, rounds + 1

    assert case.open().count("b") == rounds


@quick
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.booleans())
def test_a_signal_reaches_everybody_however_deep_he_waits(depths: list[int], inside: bool):
    def listener(number: int, depth: int) -> str:
        """A catch event in so many sub-processes; the outermost is called `wN`."""
        drawn = node("intermediateCatchEvent", f"w{number}_{depth}", signal("s"))
        for level in reversed(range(depth)):
            inner = f"w{number}_{level + 1}"
            begin, done = f"s{number}_{level}", f"e{number}_{level}"
            drawn = sub(
                start(begin), drawn, end(done), path(begin, inner, done), id=f"w{number}_{level}"
            )
        return drawn

    sound = node("intermediateThrowEvent", "sound", signal("s"))
    xml = model(
        start(),
        *(listener(n, depth) + path("start", f"w{n}_0", "end") for n, depth in enumerate(depths)),
        *([sound, path("start", "sound", "end")] if inside else []),
        end(),
        beside='<signal id="s" name="alarm"/>',
    )
    case = Case(xml)
    if not inside:
        case.signal("alarm")

    assert case.over == ("finished", "end")
    assert len(case.effects_of(ThrowSignal)) == inside


@quick
@given(st.integers(1, 4), st.sampled_from(["None", "One", "All"]), st.booleans())
def test_as_many_instances_are_announced_as_the_behaviour_says(
    count: int, behaviour: str, sequential: bool
):
    ref = {"None": ' noneBehaviorEventRef="d"', "One": ' oneBehaviorEventRef="d"', "All": ""}
    repeat = several(sequential=sequential, count=str(count)).replace(
        "isSequential", f'behavior="{behaviour}"{ref[behaviour]} isSequential'
    )
    xml = model(
        start(),
        user("a", repeat),
        boundary("told", "a", signal("s")),
        end(),
        end("heard"),
        path("start", "a", "end"),
        flow("told", "heard"),
        beside='<signal id="s" name="done"/><signalEventDefinition id="d" signalRef="s"/>',
    )
    case = Case(xml)
    for _ in range(count):
        case.do("a")

    expected = {"None": count, "One": 1, "All": 0}[behaviour]
    assert case.trace().count("told") == len(case.effects_of(ThrowSignal)) == expected
    assert case.trace().count("end") == 1
