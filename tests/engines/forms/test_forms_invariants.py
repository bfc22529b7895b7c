"""What holds for every form and every submission."""

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines.feel import Unknown
from tongban.engines.forms import Known, load, prefill, validate

KEYS = ["a", "b", "c", "d", "e"]
TYPES = st.sampled_from(["textfield", "number", "datetime", "checkbox", "radio", "checklist"])
OPTIONS = [{"label": each, "value": each} for each in ("x", "y")]
ANSWERS = st.sampled_from(["", "x", "y", "3", "2026-09-03", "on", "；"])
VALUES = st.sampled_from(["x", Decimal(3), True, None, Unknown(frozenset({"f"}))])


@st.composite
def made_forms(draw):
    """Each condition reads a question before its own, so that there is no circle."""
    components = []
    for place, key in enumerate(KEYS):
        component = {"type": draw(TYPES), "key": key, "label": key, "properties": {"fact": key}}
        if component["type"] in ("radio", "checklist"):
            component["values"] = OPTIONS
        component["validate"] = {"required": draw(st.booleans())}
        if place and draw(st.booleans()):
            other = draw(st.sampled_from(KEYS[:place]))
            negated = draw(st.booleans())
            condition = f"{other} = null"
            component["conditional"] = {
                "hide": f"=not({condition})" if negated else f"={condition}"
            }
        components.append(component)
    return load(json.dumps({"type": "default", "components": draw(st.permutations(components))}))


partial = st.dictionaries(st.sampled_from([*KEYS, "stranger"]), ANSWERS)
facts = st.dictionaries(st.sampled_from(KEYS), VALUES.map(lambda value: Known(value, {}, 1)))
disputes = st.dictionaries(st.sampled_from([*KEYS, "stranger"]), st.sampled_from(["", "错了"]))


@settings(max_examples=300, deadline=None)
@given(made_forms(), partial, facts, disputes)
def test_every_submission(form, answers, known, disputed):
    prefilled = prefill(form, known)
    submission = validate(form, answers, prefilled, disputed)
    shown = {field.key for field in form.fields if field.path in submission.shown}
    required = {field.key for field in form.fields if field.required}

    assert set(submission.values) <= shown, "a hidden field is never in the values"
    assert set(submission.problems) - shown <= (set(answers) | set(disputed)) - set(KEYS)
    assert shown & required <= set(submission.values) | set(submission.problems)
    assert not set(submission.values) & set(submission.problems)
    assert set(submission.disputed) <= shown & set(prefilled.known)
    untouched = set(submission.values) & set(prefilled.known) - set(disputed)
    assert {key: submission.values[key] for key in untouched} == {
        key: prefilled.known[key].value for key in untouched
    }


@settings(max_examples=100, deadline=None)
@given(made_forms(), facts)
def test_every_question_that_is_shown_is_known_or_open(form, known):
    prefilled = prefill(form, known)
    shown = [field for field in form.fields if field.path in prefilled.shown]

    assert [field for field in shown if field.key not in prefilled.known] == list(prefilled.open)
    assert not set(prefilled.unfit) & set(prefilled.known)
