# SPDX-License-Identifier: Apache-2.0
"""The addresses of links for outside units."""

from django.urls import path

from anlan.web.unit import views

app_name = "unit"
urlpatterns = [
    path("<str:secret>", views.case, name="case"),
    path("<str:secret>/do/<slug:action>", views.do, name="do"),
    path("<str:secret>/files/<int:n>", views.file, name="file"),
]
