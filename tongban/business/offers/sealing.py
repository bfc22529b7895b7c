"""What is known of a candidate, and what is paid to somebody, at rest."""

from collections.abc import Mapping
from typing import Any

from tongban.business.cases import evidence
from tongban.business.offers.models import Candidate, CandidateStep, PaymentLine

seal = evidence.seal_answers
seal_words = evidence.seal_words


def answer(candidate: Candidate) -> Mapping[str, Any]:
    """amount, since, before and reason, as the decision answered; empty once erased."""
    return evidence.opened_answers(bytes(candidate.answer_sealed))


def words(step: CandidateStep) -> str:
    return evidence.opened_words(bytes(step.words_sealed)) if step.words_sealed else ""


def paid(line: PaymentLine) -> Mapping[str, Any]:
    """name, account and amount."""
    return evidence.opened_answers(bytes(line.sealed))
