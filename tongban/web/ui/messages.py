"""Translations without GNU gettext: collect the Chinese texts of templates and Python, keep the
English words of each in a .po file, compile it to the .mo that Django reads.

Chinese is written in the source, so the file of English holds every text, and that of Chinese only
what we say otherwise than Django.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parents[2]
ENGLISH = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
DJANGOS = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
# Without dates and names, so that the file changes only with its texts.
HEADER = r"""# The Chinese of the source in English. `python -m tongban messages` keeps it complete.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
KINDS = ("*.py", "*.html", "*.txt")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Chinese characters, and the punctuation that only Chinese uses.
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%[sd]|\{\w*\}")


def collect(package: Path = PACKAGE) -> Catalog:
    """Every text of the package that is marked for translation and contains Chinese."""
    catalog = Catalog(locale="en")
    for path in sorted(path for kind in KINDS for path in package.rglob(kind)):
        if "migrations" in path.parts:
            continue
        place = path.relative_to(package.parent).as_posix()
        for text, context in _texts(path):
            if CHINESE.search(_singular(text)):
                catalog.add(text, locations=[(place, 0)], context=context)
    return catalog


def load(po: Path = ENGLISH) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN" if po == DJANGOS else "en")


def merge(package: Path = PACKAGE, po: Path = ENGLISH) -> list[str]:
    """Put new texts into the .po file and take unused ones out. Returns what has no English yet."""
    known = load(po) if po.exists() else Catalog(locale="en")
    catalog = collect(package)
    for message in _messages(catalog):
        kept = known.get(message.id, message.context)
        if kept is not None:
            message.string = kept.string
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        file.write(HEADER.encode())
        write_po(
            file, catalog, width=100, include_lineno=False, sort_by_file=True, omit_header=True
        )
    return untranslated(package, po)


def untranslated(package: Path = PACKAGE, po: Path = ENGLISH) -> list[str]:
    """Texts without English words, or whose English words lack a placeholder or hold Chinese."""
    known = load(po)
    return [
        f"{message.locations[0][0]}: {_singular(message.id)}"
        for message in _messages(collect(package))
        if not _is_translated(message, known.get(message.id, message.context))
    ]


def unused(package: Path = PACKAGE, po: Path = ENGLISH) -> list[str]:
    """Texts of the .po file that nothing in the package says any more."""
    said = collect(package)
    return [
        _singular(message.id)
        for message in _messages(load(po))
        if said.get(message.id, message.context) is None
    ]


def compile_file(*files: Path) -> None:
    """Write the .mo file beside the .po file; beside each of the product's where none is named."""
    for po in files or (ENGLISH, DJANGOS):
        catalog = load(po)
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def compile_stale() -> None:
    """What is not compiled, or was changed since."""
    for po in (ENGLISH, DJANGOS):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            compile_file(po)


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py" and not any(f"{call}(" in source for call in KEYWORDS):
        return  # to read every module word by word takes seconds
    code = source if path.suffix == ".py" else _unindented(templatize(source, origin=str(path)))
    for _line, text, _comments, context in extract("python", BytesIO(code.encode()), KEYWORDS):
        yield text, context


def _unindented(code: str) -> str:
    """Django writes the texts of a template as calls at the template's own indentation."""
    return "\n".join(line.lstrip() for line in code.splitlines())


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _singular(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _is_translated(message: Message, known: Message | None) -> bool:
    if known is None or known.fuzzy:
        return False
    words = [known.string] if isinstance(known.string, str) else list(known.string or [""])
    wanted = set(PLACEHOLDER.findall(_singular(message.id)))
    return all(
        word and not CHINESE.search(word) and set(PLACEHOLDER.findall(word)) == wanted
        for word in words
    )
