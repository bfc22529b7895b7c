"""One question: its words, options, checks and whatever else its properties say."""

import re

from tongban.engines.feel import Value
from tongban.engines.forms.compiling import Compiler
from tongban.engines.forms.form import Checks, Field, Option
from tongban.engines.forms.kinds import CHOICES, KINDS
from tongban.engines.forms.reading import MOST_DIGITS as MOST
from tongban.engines.forms.reading import Place
from tongban.engines.forms.refusals import (
    BadKey,
    BadPattern,
    Missing,
    NotAnOption,
    OptionTwice,
    ValueNotSupported,
)
from tongban.engines.forms.surroundings import OF_EVERYTHING, Around
from tongban.engines.forms.words import Words

KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OF_A_FIELD = OF_EVERYTHING | {"key", "label", "description", "validate", "readonly", "disabled"}
PROPERTIES = {
    *("label_en", "description_en", "section", "section_en", "prefix_en", "suffix_en"),
    *("fact", "material", "element", "grade"),
}
OPTION_IN_ENGLISH = "label_en."


def read_field(component: Place, compiler: Compiler, here: Around) -> Field:
    type_ = component.text("type")
    component.check_only(OF_A_FIELD | KINDS[type_].members, type_)
    _check_fixed(component)
    properties = component.inner("properties")
    options = _options(component, properties) if type_ in CHOICES else ()
    _check_properties(properties, options, type_)
    appearance = component.inner("appearance")
    appearance.check_only({"prefixAdorner", "suffixAdorner"}, "appearance")
    label = component.text("label") or component.text("dateLabel")
    if not label:
        raise Missing(component.path, name="label")
    return Field(
        path=component.path,
        key=_key(component),
        type=type_,
        words=Words(label, properties.text("label_en")),
        required=component.inner("validate").flag("required"),
        description=Words(component.text("description"), properties.text("description_en")),
        section=_section(properties) or here.section,
        prefix=Words(appearance.text("prefixAdorner"), properties.text("prefix_en")),
        suffix=Words(appearance.text("suffixAdorner"), properties.text("suffix_en")),
        options=options,
        default=_default(component, options),
        fact=properties.text("fact") or None,
        material=properties.text("material") or None,
        element=properties.text("element") or None,
        grade=_grade(properties),
        accept=component.text("accept"),
        multiple=component.flag("multiple"),
        checks=_checks(component, compiler),
        conditional=here.conditional,
    )


def _check_fixed(component: Place) -> None:
    for name in ("readonly", "disabled"):
        if component.value(name) not in (None, False):
            raise ValueNotSupported(component.at(name), name=name, allowed="false")
    if component.text("subtype", "date") != "date":
        raise ValueNotSupported(component.at("subtype"), name="subtype", allowed="date")


def _check_properties(properties: Place, options: tuple[Option, ...], type_: str) -> None:
    in_english = {OPTION_IN_ENGLISH + option.value for option in options}
    properties.check_only(PROPERTIES | in_english, f"{type_} (properties)")


def _key(component: Place) -> str:
    key = component.needed_text("key")
    if not KEY.fullmatch(key):
        raise BadKey(component.at("key"), key=key)
    return key


def _section(properties: Place) -> Words | None:
    zh = properties.text("section")
    return Words(zh, properties.text("section_en")) if zh else None


def _grade(properties: Place) -> int | None:
    if "grade" not in properties:
        return None
    grade = str(properties.value("grade")).upper().removeprefix("L")
    if grade not in ("1", "2", "3", "4"):
        raise ValueNotSupported(properties.at("grade"), name="grade", allowed="1, 2, 3, 4")
    return int(grade)


def _options(component: Place, properties: Place) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    for place in component.items("values"):
        place.check_only({"label", "label_en", "value"}, "option")
        value = place.needed_text("value")
        if value in options:
            raise OptionTwice(place.path, value=value)
        english = place.text("label_en") or properties.text(OPTION_IN_ENGLISH + value)
        options[value] = Option(value, Words(place.needed_text("label"), english))
    if not options:
        raise Missing(component.path, name="values")
    return tuple(options.values())


def _default(component: Place, options: tuple[Option, ...]) -> Value:
    type_ = component.text("type")
    if "defaultValue" not in component:
        return None
    if type_ == "checkbox":
        return component.flag("defaultValue")
    if type_ == "number":
        return component.number("defaultValue")
    if type_ == "checklist":
        chosen = component.texts("defaultValue")
    else:
        chosen = [component.text("defaultValue")]
    for value in chosen if options else ():
        if value not in [option.value for option in options]:
            raise NotAnOption(component.at("defaultValue"), value=value)
    return list[Value](chosen) if type_ == "checklist" else chosen[0]


def _checks(component: Place, compiler: Compiler) -> Checks:
    type_ = component.text("type")
    validate = component.inner("validate")
    validate.check_only({"required"} | KINDS[type_].checks, f"{type_} (validate)")
    format_ = validate.text("validationType")
    if format_ not in ("", "custom", "email", "phone"):
        allowed = "email, phone, custom"
        raise ValueNotSupported(
            validate.at("validationType"), name="validationType", allowed=allowed
        )
    return Checks(
        minimum=compiler.bound(validate, "min"),
        maximum=compiler.bound(validate, "max"),
        shortest=compiler.bound(validate, "minLength"),
        longest=compiler.bound(validate, "maxLength"),
        step=compiler.bound(component, "increment"),
        decimal_digits=_decimal_digits(component),
        pattern=_pattern(validate),
        format="" if format_ == "custom" else format_,
    )


def _decimal_digits(component: Place) -> int | None:
    digits = component.number("decimalDigits")
    if digits is not None and (digits != digits.to_integral_value() or not 0 <= digits <= MOST):
        allowed = f"0, 1, 2 … {MOST}"
        raise ValueNotSupported(
            component.at("decimalDigits"), name="decimalDigits", allowed=allowed
        )
    return None if digits is None else int(digits)


def _pattern(validate: Place) -> re.Pattern[str] | None:
    text = validate.text("pattern")
    try:
        # As in JavaScript, \d and \w mean ASCII.
        return re.compile(text, re.ASCII) if text else None
    except re.error as error:
        raise BadPattern(validate.at("pattern"), why=error.msg) from error
