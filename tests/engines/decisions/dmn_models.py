"""Writes small DMN models; a table is drawn as `inputs || outputs || annotations`."""

from xml.sax.saxutils import escape, quoteattr

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
TONGBAN = "urn:tongban:dmn:1"


def model(*elements, namespace="urn:test", version=DMN):
    body = "\n".join(elements)
    return (
        f'<definitions xmlns="{version}" xmlns:tongban="{TONGBAN}" id="m" name="m"'
        f" namespace={quoteattr(namespace)}>\n{body}\n</definitions>"
    ).encode()


def element(tag, content="", **attributes):
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    return f"<{tag}{written}>{content}</{tag}>"


def text(tag, content, **attributes):
    return element(tag, element("text", escape(content)), **attributes)


def label(en):
    return element("extensionElements", f'<tongban:label lang="en">{escape(en)}</tongban:label>')


def input_data(name, type_="", head="", **attributes):
    content = head + element("variable", name=name, typeRef=type_)
    return element("inputData", content, id=name, name=name, **attributes)


def requires(*names):
    """Requirements of inputs, or of decisions where the name begins with `!`."""
    return "".join(map(_requirement, names))


def _requirement(name):
    kind = "requiredDecision" if name.startswith("!") else "requiredInput"
    name = name.removeprefix("!")
    href = name if "#" in name else f"#{name}"
    return element("informationRequirement", element(kind, href=href))


def decision(name, logic, needs=(), type_="", head="", **attributes):
    content = head + element("variable", name=name, typeRef=type_) + requires(*needs) + logic
    return element("decision", content, **{"id": name, "name": name, **attributes})


def literal(expression, **attributes):
    return text("literalExpression", expression, **attributes)


def table(drawing, policy="UNIQUE", **attributes):
    head, *rules = [line.strip() for line in drawing.splitlines() if line.strip()]
    inputs, outputs, notes = _split(head)
    columns = [_input(*_typed(each)) for each in inputs]
    columns += [_output(*_typed(each)) for each in outputs]
    columns += [element("annotation", name=each) for each in notes]
    return element(
        "decisionTable", "".join([*columns, *map(_rule, rules)]), hitPolicy=policy, **attributes
    )


def item(name, content="", **attributes):
    return element("itemDefinition", content, name=name, **attributes)


def _input(expression, type_):
    values = ""
    if "(" in type_:
        type_, _, allowed = type_.rstrip(")").partition("(")
        values = text("inputValues", allowed)
    inner = element("inputExpression", element("text", escape(expression)), typeRef=type_)
    return element("input", inner + values)


def _output(name, type_):
    """`name:string("a", "b")="b"`: type, output values and default are all optional."""
    type_, _, default = type_.partition("=")
    type_, _, allowed = type_.rstrip(")").partition("(")
    content = text("outputValues", allowed) if allowed else ""
    content += text("defaultOutputEntry", default) if default else ""
    return element("output", content, name=name, typeRef=type_)


def _rule(line):
    inputs, outputs, notes = _split(line)
    cells = [text("inputEntry", each) for each in inputs]
    cells += [text("outputEntry", each) for each in outputs]
    cells += [text("annotationEntry", each) for each in notes]
    return element("rule", "".join(cells))


def _split(line):
    parts = [[cell.strip() for cell in part.split("|")] for part in line.split("||")]
    return (*[part if part != [""] else [] for part in parts], [], [])[:3]


def _typed(cell):
    name, _, type_ = cell.partition(":")
    return name.strip(), type_.strip()
