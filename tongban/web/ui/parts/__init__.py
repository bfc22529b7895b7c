"""The components of every page. Each is drawn by `{% part it %}`; all are shown in the gallery."""

from tongban.web.ui.parts.certificates import Certificate, qr
from tongban.web.ui.parts.clocks import Branch, Clock, Lamp, Line, Ring, Stage, Step, Strip
from tongban.web.ui.parts.facts import (
    Check,
    Dispute,
    Fact,
    Filed,
    Grade,
    Origin,
    Proof,
    Proofs,
    Requirement,
    Tag,
)
from tongban.web.ui.parts.forms import Field, Option, Problems, Question
from tongban.web.ui.parts.frame import CitizenFrame, City, Group, Place, StaffFrame
from tongban.web.ui.parts.part import Part
from tongban.web.ui.parts.tables import Cell, Column, Kpi, Pager, Row, Table

__all__ = [
    "Branch",
    "Cell",
    "Certificate",
    "Check",
    "CitizenFrame",
    "City",
    "Clock",
    "Column",
    "Dispute",
    "Fact",
    "Field",
    "Filed",
    "Grade",
    "Group",
    "Kpi",
    "Lamp",
    "Line",
    "Option",
    "Origin",
    "Pager",
    "Part",
    "Place",
    "Problems",
    "Proof",
    "Proofs",
    "Question",
    "Requirement",
    "Ring",
    "Row",
    "Stage",
    "StaffFrame",
    "Step",
    "Strip",
    "Table",
    "Tag",
    "qr",
]
