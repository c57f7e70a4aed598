# SPDX-License-Identifier: Apache-2.0
"""The addresses of the demo's tour and of its bar."""

from django.urls import path

from anlan.web.demo import tour, views

app_name = "demo"

urlpatterns = [
    path("", tour.tour, name="tour"),
    path("stop", tour.stop, name="stop"),
    path("alter", tour.alter, name="alter"),
    path("program", tour.program, name="program"),
    path("enter", views.enter, name="enter"),
    path("clock", views.move_clock, name="clock"),
    path("ahead", views.clock_ahead, name="ahead"),
    path("phone", views.phone, name="phone"),
]
