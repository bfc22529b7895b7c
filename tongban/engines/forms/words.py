"""What a person reads, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`en` may be empty in a draft; then the Chinese words stand in for it."""

    zh: str
    en: str

    def told(self, language: str) -> str:
        return self.zh if language.startswith("zh") or not self.en else self.en


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an answer, and what to do."""

    en: str
    zh: str

    def told(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps a form from being published, and where."""

    path: str
    en: str
    zh: str

    def told(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en
