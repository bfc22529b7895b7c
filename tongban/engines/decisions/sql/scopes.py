"""What names mean while an expression is written, and where in the model it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tongban.engines.decisions.refusals import Address
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.terms import AnyTerm
from tongban.engines.feel import TESTED, Variable

CALLS = 20  # functions that call one another; each is written out where it is called


@dataclass(frozen=True, slots=True)
class Scope:
    address: Address
    names: Mapping[str, AnyTerm]  # what the decision's own texts may read
    bound: Mapping[Variable, AnyTerm] = field(default_factory=dict[Variable, AnyTerm])
    calls: int = 0

    def find(self, variable: Variable) -> AnyTerm:
        if variable in self.bound:
            return self.bound[variable]
        if variable.name not in self.names:
            raise Unfit(f"名称“{variable.name}”", f"The name “{variable.name}”")
        return self.names[variable.name]

    def bind(self, bound: Mapping[Variable, AnyTerm]) -> Scope:
        return replace(self, bound={**self.bound, **bound})

    def testing(self, term: AnyTerm) -> Scope:
        return replace(self, names={**self.names, TESTED: term})

    def at(self, zh: str, en: str) -> Scope:
        before = self.address.cell
        return replace(
            self, address=self.address.at(f"{before.zh}{zh}", f"{before.en} {en}".strip())
        )

    def called(self) -> Scope:
        if self.calls >= CALLS:
            raise Unfit("调用自身的函数", "A function that calls itself")
        return replace(self, calls=self.calls + 1)
