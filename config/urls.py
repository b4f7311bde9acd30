"""Every page there is."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("creatives.workbench.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
