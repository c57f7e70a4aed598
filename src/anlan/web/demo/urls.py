# SPDX-License-Identifier: Apache-2.0
"""The addresses of the demo's bar; the tour will stand at the first of them."""

from django.urls import path

from anlan.web.demo import views

app_name = "demo"

urlpatterns = [
    path("enter", views.enter, name="enter"),
    path("clock", views.move_clock, name="clock"),
    path("phone", views.phone, name="phone"),
]
