"""Codes that a person reads: an enum with Chinese and English words."""

from enum import StrEnum


class Labelled(StrEnum):
    """Members are written as code, Chinese, English; their value is the code."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> "Labelled":
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh, member.en = zh, en
        return member

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en
