from django.urls import path
from django.views.i18n import set_language

from tongban.web.ui import views

app_name = "ui"
urlpatterns = [
    path("language", set_language, name="language"),
    path("size", views.size, name="size"),
    path("components", views.components, name="components"),
]
