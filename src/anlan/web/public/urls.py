# SPDX-License-Identifier: Apache-2.0
"""Addresses of the first page, the public list and the public pages."""

from django.urls import path

from anlan.web.public import summaries, views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("public", views.listed, name="list"),
    path("public/summaries", summaries.summaries, name="summaries"),
    path("public/summaries/<slug:code>", summaries.summary, name="summary"),
]
