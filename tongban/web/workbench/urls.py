from django.urls import path

from tongban.web.workbench import administration, cases, data, objections, searching

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
