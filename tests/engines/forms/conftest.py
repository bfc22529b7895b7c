"""A residence permit, and a way to write small forms."""

import json

import pytest

from tongban.engines import forms


@pytest.fixture
def form():
    """Components to a form."""
    return lambda *components: forms.load(schema(*components))


@pytest.fixture
def refused():
    """What is said of components that make no form: path, English, Chinese."""

    def refuse(*components, **members):
        with pytest.raises(forms.FormError) as error:
            forms.load(schema(*components, **members))
        told = error.value
        assert (told.message, told.zh) == (told.told("en"), told.told("zh"))
        return told.path, told.reason("en"), told.reason("zh")

    return refuse


@pytest.fixture
def permit(form):
    """Applying for a residence permit (居住证申领), shortened."""
    return form(
        {
            **question("radio", "card", "您要实体卡吗？", "Do you want a plastic card?"),
            "values": [
                {"label": "不要", "value": "no", "label_en": "No"},
                {"label": "要，邮寄", "value": "post"},
            ],
            "properties": {
                "label_en": "Do you want a plastic card?",
                "label_en.post": "Yes, by post",
            },
            "defaultValue": "no",
            "validate": {"required": True},
        },
        {
            **question("textfield", "postal_address", "寄到哪里？", "Where shall we send it?"),
            "conditional": {"hide": '=card != "post"'},
            "validate": {"required": True},
        },
        {
            **question("textfield", "phone", "通知发到哪个手机？", "Which phone shall we tell?"),
            "validate": {"required": True, "validationType": "phone"},
        },
        {
            "type": "group",
            "label": "您本人",
            "properties": {"label_en": "About you"},
            "components": [
                {
                    **question("textfield", "name", "姓名", "Name", fact="person.name", grade=3),
                    "validate": {"required": True},
                },
                question("datetime", "born_on", "出生日期", "Date of birth", fact="person.born_on"),
            ],
        },
        question("number", "months", "连续参保月数", "Months insured", fact="insured.months"),
    )


def question(type_, key, label, label_en, **properties):
    return {
        "type": type_,
        "key": key,
        "label": label,
        "properties": {"label_en": label_en, **properties},
    }


def schema(*components, **members):
    return json.dumps({"type": "default", "components": components, **members})
