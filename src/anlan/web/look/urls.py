# SPDX-License-Identifier: Apache-2.0
"""Addresses of the frame's switches, of the outlines of maps, and of the style pages."""

from django.urls import path

from anlan.web.look import views

app_name = "look"

urlpatterns = [
    path("preferences/", views.prefer, name="prefer"),
    path("outlines/<int:code>.json", views.outlines, name="outlines"),
    path("styles/", views.styles, name="styles"),
    path("styles/desk/", views.styles, {"page": "desk"}, name="styles-desk"),
    path("styles/phone/", views.styles, {"page": "phone"}, name="styles-phone"),
    path("styles/tasks/", views.styles, {"page": "tasks"}, name="styles-tasks"),
    path("styles/figures/", views.styles, {"page": "figures"}, name="styles-figures"),
]
