"""Everything that is wrong with a folder, collected before anything changes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongban.errors import Refusal


class FolderRefused(Refusal):
    """The folder has {count} mistakes and nothing was changed:
    {listed_en}"""

    zh = "目录中有 {count} 处错误，没有改动任何内容：\n{listed_zh}"

    def told(self, language: str) -> str:
        words = (
            self.zh if language.startswith("zh") else (self.__doc__ or "").replace("\n    ", "\n")
        )
        return words.format(**self.facts)


@dataclass
class Findings:
    zh: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)

    def add(self, file: str, zh: str, en: str) -> None:
        self.zh.append(f"{file}：{zh}")
        self.en.append(f"{file}: {en}")

    @contextlib.contextmanager
    def gather(self, file: str) -> Iterator[None]:
        """A refusal in the block becomes a finding of this file."""
        try:
            yield
        except Refusal as refusal:
            self.add(file, refusal.told("zh"), refusal.told("en"))

    def refuse(self) -> None:
        """Raises FolderRefused if there is any finding."""
        if self.zh:
            raise FolderRefused(
                count=len(self.zh), listed_zh="\n".join(self.zh), listed_en="\n".join(self.en)
            )
