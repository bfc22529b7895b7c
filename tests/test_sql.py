import pytest

from tongban.sql import only_row


class Answer:
    def __init__(self, row):
        self.row = row

    def fetchone(self):
        return self.row


def test_a_statement_that_always_answers_gives_its_row():
    assert only_row(Answer((1, None))) == (1, None)


def test_one_that_does_not_is_a_bug():
    with pytest.raises(AssertionError):
        only_row(Answer(None))
