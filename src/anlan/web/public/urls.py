# SPDX-License-Identifier: Apache-2.0
"""Addresses of the first page, the public list, the public pages and the pages of places."""

from django.urls import path

from anlan.web.public import alerts, consultations, place, summaries, texts, verify, views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("public", views.listed, name="list"),
    path("alerts", alerts.alerts, name="alerts"),
    path("alerts/told", alerts.told, name="alerts_told"),
    path("alerts/texts", texts.by_text, name="alerts_texts"),
    path("alerts/end/<slug:link>", texts.end, name="alerts_end"),
    path("alerts/manifest", alerts.manifest, name="alerts_manifest"),
    path("alerts/now", alerts.alerts_now, name="alerts_now"),
    path("alerts/feed.xml", alerts.feed, name="alerts_feed"),
    path("alerts/<slug:code>.xml", alerts.message, {"cancel": False}, name="alert_cap"),
    path("alerts/<slug:code>/cancel.xml", alerts.message, {"cancel": True}, name="alert_cancel"),
    path("alerts/<slug:code>", alerts.alert, name="one_alert"),
    path("alerts/<slug:code>/read", alerts.read_alert, name="read_alert"),
    path("consultations", consultations.consultations, name="consultations"),
    path("consultations/<slug:code>", consultations.consultation, name="consultation"),
    path("consultations/<slug:code>/comment", consultations.comment, name="comment"),
    path("consultations/<slug:code>/survey", consultations.survey, name="survey"),
    path("consultations/<slug:code>/comments", consultations.answered, name="answered"),
    path(
        "consultations/<slug:code>/meetings/<int:seq>.ics", consultations.meeting, name="consultation_meeting"
    ),
    path("consultations/<slug:code>/files/<int:n>", consultations.file, name="consultation_file"),
    path("place/", place.choose, name="places"),
    path("place/<int:code>", place.place, name="place"),
    path("verify", verify.verify, name="verify"),
    path("verify/<str:code>", verify.document, name="document"),
    path("public/summaries", summaries.summaries, name="summaries"),
    path("public/summaries/<slug:code>", summaries.summary, name="summary"),
    path("public/summaries/<slug:code>/photos/<int:n>", summaries.photo, name="photo"),
]
