# SPDX-License-Identifier: Apache-2.0
"""Addresses of the first page and the public list."""

from django.urls import path

from anlan.web.public import views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("public", views.listed, name="list"),
]
