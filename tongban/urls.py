from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("workbench/", include("tongban.web.workbench.urls")),
]
