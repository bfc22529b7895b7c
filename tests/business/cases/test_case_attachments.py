"""Files that applicants hand in: which are taken, where they go, and who can read them at rest."""

import pytest

from tests.business.applying import ANSWERS, OPEN, apply
from tests.business.refusing import everything
from tongban.business.cases import actions, attachments
from tongban.business.cases.attachments import Upload
from tongban.business.cases.models import Attachment, Requirement
from tongban.vault import Unreadable

RENT = {**ANSWERS, "residence_basis": "rent"}
PDF, JPEG, PNG = b"%PDF-1.7\nlease", b"\xff\xd8\xff\xe0photo", b"\x89PNG\r\n\x1a\nscan"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")],
)
def test_a_file_is_what_its_first_bytes_say_whatever_it_is_called(content, kind):
    for name in ("a.pdf", "a.exe", "照片"):
        attachments.check({"x": [Upload(name, content)]})
        assert attachments._media_type(Upload(name, content)) == kind


@pytest.mark.parametrize(
    "content", [b"", b"%PDF", b" %PDF-1.7", b"GIF89a", b"<svg>", b"PK\x03\x04", b"\x89PNG\r\n"]
)
def test_what_only_looks_like_it_is_not_taken(content):
    with pytest.raises(attachments.NotAFileWeTake):
        attachments.check({"x": [Upload("a.pdf", content)]})


def test_exactly_the_most_is_taken_counted_over_all_questions():
    whole = Upload("a.pdf", PDF.ljust(attachments.MOST_BYTES))
    attachments.check({"a": [whole], "b": [Upload("b.pdf", PDF)] * 9})
    with pytest.raises(attachments.TooManyFiles):
        attachments.check({"a": [whole], "b": [Upload("b.pdf", PDF)] * 10})


@pytest.mark.django_db
def test_a_file_is_kept_sealed_with_its_question_and_stands_for_its_material(permit, citizen):
    uploads = {"residence_evidence": [Upload("租房合同.pdf", PDF), Upload("p.png", PNG)]}
    case = apply(permit, citizen(**OPEN), RENT, uploads=uploads)

    kept = list(case.attachments.order_by("pk"))
    assert [(a.field, a.material, a.name, a.media_type, a.size) for a in kept] == [
        ("residence_evidence", "address_proof", "租房合同.pdf", "application/pdf", len(PDF)),
        ("residence_evidence", "address_proof", "p.png", "image/png", len(PNG)),
    ]
    assert [attachments.content(each) for each in kept] == [PDF, PNG]
    assert PDF[:8] not in bytes(kept[0].content_sealed)
    assert case.requirements.get(material="address_proof").proof == Requirement.Proof.APPLICANT
    assert "residence_evidence" in actions.evidence.answers(case)


@pytest.mark.django_db
def test_a_file_that_was_changed_at_rest_is_not_handed_out(permit, citizen):
    uploads = {"residence_evidence": [Upload("a.pdf", PDF)]}
    kept = apply(permit, citizen(**OPEN), RENT, uploads=uploads).attachments.get()
    changed = bytearray(kept.content_sealed)
    changed[20] ^= 1
    Attachment.objects.update(content_sealed=bytes(changed))

    kept.refresh_from_db()
    with pytest.raises(Unreadable):
        attachments.content(kept)


@pytest.mark.django_db
def test_a_file_for_a_question_that_is_not_asked_is_not_kept(permit, citizen):
    """Who owns a home here is not asked for a lease, so none is stored."""
    case = apply(permit, citizen(), uploads={"residence_evidence": [Upload("租房合同.pdf", PDF)]})
    assert not case.attachments.exists()
    assert "residence_evidence" not in actions.evidence.answers(case)


@pytest.mark.django_db
def test_a_file_for_a_question_that_the_form_does_not_have_is_refused(permit, citizen):
    user = citizen()
    before = everything()
    with pytest.raises(actions.NotFilledIn) as told:
        apply(permit, user, uploads={"wanted_poster": [Upload("a.pdf", PDF)]})
    assert set(told.value.problems) == {"wanted_poster"}
    assert everything() == before


@pytest.mark.django_db
def test_the_name_of_a_file_alone_hands_in_nothing(permit, citizen):
    """Else a material would count as given of which nobody has a byte."""
    answers = {**ANSWERS, "residence_basis": "none", "residence_evidence": "租房合同.pdf"}
    case = apply(permit, citizen(**OPEN), {**answers, "residence_basis": "rent"})
    assert not case.attachments.exists()
    assert "residence_evidence" not in actions.evidence.answers(case)


@pytest.mark.django_db
def test_a_long_name_keeps_its_end(permit, citizen):
    name = "很" * 250 + ".pdf"
    uploads = {"residence_evidence": [Upload(name, PDF)]}
    kept = apply(permit, citizen(**OPEN), RENT, uploads=uploads).attachments.get()
    assert kept.name == "很" * 196 + ".pdf"
