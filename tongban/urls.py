from django.urls import include, path

urlpatterns = [
    path("", include("tongban.web.portal.urls")),
    path("api/v1/", include("tongban.web.api.urls")),
    path("ui/", include("tongban.web.ui.urls")),
    path("accounts/", include("tongban.web.portal.accounts")),
    path("workbench/", include("tongban.web.workbench.urls")),
]

handler400 = "tongban.web.ui.problems.unreadable"
handler403 = "tongban.web.ui.problems.forbidden"
handler404 = "tongban.web.ui.problems.not_found"
handler500 = "tongban.web.ui.problems.server_error"
