"""Judges small models: what was found, told apart by kind."""

from tests.engines.decisions.dmn_models import decision, input_data, model, table
from tongban.engines.decisions import Given, load
from tongban.engines.decisions.verification import verify


def loaded(drawing, policy="UNIQUE", inputs="", head="", **attributes):
    """One table `D`; `inputs` are written `a:number b:string`."""
    named = [each.partition(":")[::2] for each in inputs.split()]
    needs = [name for name, _ in named]
    data = [input_data(name, type_) for name, type_ in named]
    return load(model(head, *data, decision("D", table(drawing, policy, **attributes), needs)))


def judged(*arguments, **more):
    return verify(loaded(*arguments, **more))


def kinds(findings):
    """The name of each finding's class with its rules and its example."""
    return [
        (type(each).__name__, each.rules, each.example.text if each.example else "")
        for each in findings
    ]


def held(decision, values):
    """The rules that hold when the decision is really asked."""
    outcome = decision.evaluate({name: Given(value) for name, value in values.items()})
    return {int(each.rule) for each in outcome.reasons if each.matched and each.rule.isdigit()}
