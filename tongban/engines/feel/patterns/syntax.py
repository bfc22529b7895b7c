"""Reads a regular expression of XPath 3.1 (XML Schema's, with groups, anchors and reluctance).

What it does not allow is refused, also where other languages would guess a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tongban.engines.feel.patterns import machine
from tongban.engines.feel.patterns.brackets import brackets
from tongban.engines.feel.patterns.characters import Test, caseless, one
from tongban.engines.feel.patterns.escapes import character_escape, set_escape
from tongban.engines.feel.patterns.machine import Pattern, Program, Remembered, Step
from tongban.engines.feel.patterns.reading import BadPattern, Reading

PATTERN_LIMIT = 500  # characters
PROGRAM_LIMIT = 10_000  # steps that counted repetitions may be written out to
NESTING_LIMIT = 50
_FLAGS = frozenset("smixq")
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_AT_LEAST = {"?": 0, "*": 0, "+": 1}


def read(pattern: str, flags: str) -> Pattern:
    """Raises BadPattern."""
    for flag in flags:
        if flag not in _FLAGS:
            raise BadPattern(pattern=pattern, reason=f"no flag “{flag}”")
    if len(pattern) > PATTERN_LIMIT:
        raise BadPattern(pattern=pattern[:20] + "…", reason=f"more than {PATTERN_LIMIT} characters")
    if "q" in flags:
        program = tuple(_of(_letter(each, flags)) for each in pattern)
        return Pattern(program, 0, refers_back=False, caseless=False)
    return _Reader(_without_spaces(pattern) if "x" in flags else pattern, flags).pattern()


def _of(test: Test) -> Step:
    return Step(machine.CHARACTER, test=Remembered(test).__getitem__)


def _letter(character: str, flags: str) -> Test:
    return caseless(one(character)) if "i" in flags else one(character)


def _without_spaces(pattern: str) -> str:
    """For the flag x: without white space, but for that in square brackets."""
    kept, depth, escaped = "", 0, False
    for character in pattern:
        if character in " \t\n\r" and not depth:
            continue
        kept += character
        if not escaped:
            depth += (character == "[") - (character == "]")
        escaped = character == "\\" and not escaped
    return kept


class _Reader:
    def __init__(self, pattern: str, flags: str) -> None:
        self._reading = Reading(pattern)
        self._flags = flags
        self._opened = 0
        self._closed: set[int] = set()
        self._nesting = 0
        self._refers_back = False

    def pattern(self) -> Pattern:
        program = self._choice()
        if not self._reading.over:
            raise self._reading.refused()
        return Pattern(program, self._opened, self._refers_back, "i" in self._flags)

    def _choice(self) -> Program:
        branches = [self._branch()]
        while self._reading.skip("|"):
            branches.append(self._branch())
        program = branches.pop()
        for branch in reversed(branches):
            split = Step(machine.SPLIT, 1, len(branch) + 2)
            program = (split, *branch, Step(machine.JUMP, len(program) + 1), *program)
        return program

    def _branch(self) -> Program:
        program: Program = ()
        while not self._reading.over and self._reading.next not in "|)":
            program += self._piece()
            self._check_size(len(program))
        return program

    def _piece(self) -> Program:
        atom = self._atom()
        sign = self._reading.next
        if sign and sign in _AT_LEAST:
            self._reading.take()
            least, most = _AT_LEAST[sign], 1 if sign == "?" else None
        elif sign == "{":
            least, most = self._counts()
        else:
            return atom
        reluctant = self._reading.skip("?")
        self._check_size(len(atom) * max(least, most or 0, 1))
        return _repeated(atom, least, most, reluctant)

    def _counts(self) -> tuple[int, int | None]:
        match = self._reading.match(_COUNT)
        if match is None:
            raise self._reading.refused()
        least, comma, most = int(match[1]), match[2], match[3]
        if not comma:
            return least, least
        if most and int(most) < least:
            raise self._reading.refused()
        return least, int(most) if most else None

    def _check_size(self, steps: int) -> None:
        if steps > PROGRAM_LIMIT:
            raise self._reading.refused("it repeats too often")

    def _atom(self) -> Program:
        sign = self._reading.next
        if sign == "(":
            return self._group()
        if sign == "[":
            return (_of(brackets(self._reading, "i" in self._flags)),)
        if sign == "\\":
            return (self._escape(),)
        if sign in "?*+{}]":
            raise self._reading.refused()
        self._reading.take()
        if sign == ".":
            excluded = () if "s" in self._flags else ("\n", "\r")
            return (_of(lambda found: found not in excluded),)
        if sign in "^$":
            return (Step(machine.BORDER, border=_BORDERS[sign, "m" in self._flags]),)
        return (_of(_letter(sign, self._flags)),)

    def _group(self) -> Program:
        self._reading.take()
        self._nesting += 1
        if self._nesting > NESTING_LIMIT:
            raise self._reading.refused("it is nested too deeply")
        number = 0
        if self._reading.skip("?"):
            self._reading.expect(":")
        else:
            self._opened = number = self._opened + 1
        inner = self._choice()
        self._reading.expect(")")
        self._nesting -= 1
        if not number:
            return inner
        self._closed.add(number)
        ends = (Step(machine.SAVE, number=2 * number), Step(machine.SAVE, number=2 * number + 1))
        return (ends[0], *inner, ends[1])

    def _escape(self) -> Step:
        self._reading.take()
        letter = self._reading.next
        if letter and letter in "123456789":
            return self._back_reference()
        test = set_escape(self._reading)
        return _of(test or _letter(character_escape(self._reading), self._flags))

    def _back_reference(self) -> Step:
        """The longest number of a group that has begun; what follows stands for itself."""
        number = int(self._reading.take())
        while self._reading.next.isascii() and self._reading.next.isdigit():
            longer = number * 10 + int(self._reading.next)
            if longer > self._opened:
                break
            self._reading.take()
            number = longer
        if number not in self._closed:
            raise self._reading.refused(f"no group {number} before it")
        self._refers_back = True
        return Step(machine.BACK, number=number)


def _repeated(atom: Program, least: int, most: int | None, reluctant: bool) -> Program:
    program = atom * least
    if most is None:
        again = _split(len(atom) + 2, reluctant)
        return (*program, again, *atom, Step(machine.JUMP, -len(atom) - 1))
    for left in range(most - least, 0, -1):
        program += (_split(left * (len(atom) + 1), reluctant), *atom)
    return program


def _split(behind: int, reluctant: bool) -> Step:
    """Either go on with what follows, or step behind it."""
    return Step(machine.SPLIT, behind, 1) if reluctant else Step(machine.SPLIT, 1, behind)


def _line_starts(text: str, at: int) -> bool:
    return at == 0 or (at < len(text) and text[at - 1] == "\n")


def _line_ends(text: str, at: int) -> bool:
    return at == len(text) or text[at] == "\n"


_BORDERS: Mapping[tuple[str, bool], Callable[[str, int], bool]] = {
    ("^", False): lambda text, at: at == 0,
    ("$", False): lambda text, at: at == len(text),
    ("^", True): _line_starts,
    ("$", True): _line_ends,
}
