from django.urls import path

from tongban.web.workbench import administration, cases, data, objections, searching
from tongban.web.workbench.decisions import drafting, looking, trying

app_name = "workbench"
urlpatterns = [
    path("", administration.start, name="start"),
    path("todo", cases.todo, name="todo"),
    path("todo/<str:number>", cases.preview, name="preview"),
    path("search", searching.search, name="search"),
    path("cases", cases.all_cases, name="cases"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/files/<int:attachment_id>", cases.attachment, name="attachment"),
    path("cases/<str:number>/revoke", cases.revoke, name="revoke"),
    path("cases/<str:number>/facts/<str:fact>", cases.way, name="way"),
    path("work/<int:work_item_id>", cases.complete, name="complete"),
    path("decisions", looking.decisions, name="decisions"),
    path("decisions/<str:code>", looking.decision, name="decision"),
    path("decisions/<str:code>/live.dmn", looking.live_file, name="decision_file"),
    path("decisions/<str:code>/trial", trying.trial, name="decision_trial"),
    path("decisions/<str:code>/findings", looking.findings, name="decision_findings"),
    path("decisions/<str:code>/draft", drafting.draft, name="decision_draft"),
    path("decisions/<str:code>/draft.dmn", drafting.draft_file, name="decision_draft_file"),
    path("decisions/<str:code>/draft/save", drafting.save, name="draft_save"),
    path("decisions/<str:code>/draft/upload", drafting.upload, name="draft_upload"),
    path("decisions/<str:code>/draft/discard", drafting.discard, name="draft_discard"),
    path("decisions/<str:code>/draft/compare", drafting.compare, name="draft_compare"),
    path("decisions/<str:code>/draft/publish", drafting.publish, name="draft_publish"),
    path("sources", data.sources, name="sources"),
    path("sources/<str:code>", data.source, name="source"),
    path("sources/<str:code>/letting-in", data.letting_in, name="letting_in"),
    path("quarantine/<int:row_id>", data.quarantined, name="quarantined"),
    path("issues", data.issues, name="issues"),
    path("objections", objections.all_open, name="objections"),
    path("objections/<int:objection_id>", objections.one, name="objection"),
    path("lineage", data.lineage, name="lineage"),
    path("facts", data.facts, name="facts"),
    path("editions", administration.editions, name="editions"),
    path("editions/roll-back", administration.roll_back, name="roll_back"),
    path("grants", administration.grants, name="grants"),
    path("accounts", administration.accounts, name="accounts"),
    path("log", administration.log, name="log"),
]
