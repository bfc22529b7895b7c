"""Translations: collected, kept, compiled; and complete for the whole product."""

import gettext

import pytest

from tongban.web.ui import messages


def test_every_text_of_the_product_has_english_words():
    assert messages.untranslated() == []


def test_no_english_words_are_kept_for_texts_that_are_gone():
    assert messages.unused() == []


def test_every_language_is_compiled_when_its_words_have_changed(monkeypatch, tmp_path):
    files = []
    for name in ("en", "zh_Hans"):
        (tmp_path / f"{name}.po").write_bytes(getattr(messages, NAMES[name]).read_bytes())
        monkeypatch.setattr(messages, NAMES[name], tmp_path / f"{name}.po")
        files.append(tmp_path / f"{name}.mo")
    messages.compile_stale()
    compiled = [file.read_bytes() for file in files]
    assert all(compiled)

    for file in files:
        file.write_bytes(b"")
    messages.compile_stale()
    assert [file.read_bytes() for file in files] == [b"", b""]
    messages.compile_file()
    assert [file.read_bytes() for file in files] == compiled


NAMES = {"en": "ENGLISH", "zh_Hans": "DJANGOS"}


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "city"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "page.html").write_text(
        '{% load i18n %}\n<p>\n    {% translate "登录" %}\n  </p>{{ _("首页") }}'
        '{% translate "Django" %}'
        "{% blocktranslate count n=n %}还有 {{ n }} 件{% plural %}还有 {{ n }} 件"
        "{% endblocktranslate %}"
        '{% translate "办" context "动词" %}'
    )
    (folder / "models.py").write_text(
        'from django.utils.translation import gettext_lazy as _\nname = _("名称")\nzh = "不翻译"\n'
    )
    return folder


@pytest.fixture
def po(tmp_path):
    return tmp_path / "en.po"


def fill(po, **words):
    text = po.read_text()
    for zh, en in words.items():
        text = text.replace(f'msgid "{zh}"\nmsgstr ""', f'msgid "{zh}"\nmsgstr "{en}"')
    po.write_text(text)


def test_texts_are_found_in_templates_and_python(package):
    assert {
        (message.id, message.context) for message in messages.collect(package) if message.id
    } == {
        ("登录", None),
        ("首页", None),
        (("还有 %(n)s 件", "还有 %(n)s 件"), None),
        ("办", "动词"),
        ("名称", None),
    }


def test_merging_keeps_words_adds_texts_and_drops_what_is_gone(package, po):
    assert len(messages.merge(package, po)) == 5
    fill(po, 登录="Log in", 首页="Home")
    (package / "templates" / "page.html").write_text('{% load i18n %}{% translate "登录" %}')

    assert messages.merge(package, po) == ["city/models.py: 名称"]
    assert messages.load(po).get("登录").string == "Log in"
    assert messages.load(po).get("首页") is None


def test_merging_twice_changes_nothing(package, po):
    messages.merge(package, po)
    first = po.read_bytes()
    messages.merge(package, po)
    assert po.read_bytes() == first


@pytest.mark.parametrize(
    ("words", "why"),
    [("", "nothing"), ("Log in 登录", "Chinese"), ("Log in as %(who)s", "a strange placeholder")],
)
def test_words_that_are_no_translation_are_reported(package, po, words, why):
    messages.merge(package, po)
    fill(po, 名称="Name", 登录=words)
    missing = messages.untranslated(package, po)
    assert "city/templates/page.html: 登录" in missing
    assert "city/models.py: 名称" not in missing


def test_texts_that_nothing_says_any_more_are_named(package, po):
    messages.merge(package, po)
    (package / "models.py").unlink()
    assert messages.unused(package, po) == ["名称"]


def test_the_compiled_file_is_what_gettext_reads(package, po):
    messages.merge(package, po)
    text = po.read_text().replace('msgstr[0] ""', 'msgstr[0] "%(n)s case left"')
    po.write_text(text.replace('msgstr[1] ""', 'msgstr[1] "%(n)s cases left"'))
    fill(po, 登录="Log in")
    messages.compile_file(po)
    with po.with_suffix(".mo").open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("登录") == "Log in"
    plural = [english.ngettext("还有 %(n)s 件", "还有 %(n)s 件", n) for n in (1, 2)]
    assert plural == ["%(n)s case left", "%(n)s cases left"]
