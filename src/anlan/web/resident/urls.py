# SPDX-License-Identifier: Apache-2.0
"""Addresses of the residents' pages. A case's address holds its number, which grants nothing."""

from django.urls import path, re_path

from anlan.web.resident import (
    data,
    deeds,
    follow,
    mediate,
    meetings,
    offer,
    phone,
    report,
    sign,
    signin,
    telling,
    wechat,
    worker,
)

app_name = "resident"

urlpatterns = [
    re_path(r"^report$", report.report, name="new"),
    path("report/places", report.find_places, name="places"),
    path("report/phone", phone.phone, name="phone"),
    path("report/photo", phone.photo, name="photo"),
    path("report/clear", phone.clear, name="clear"),
    path("report/cleared", phone.cleared, name="cleared"),
    path("report/worker.js", worker.worker, name="worker"),
    path("report/offline", worker.shell, name="shell"),
    path("report/sent", report.sent, name="sent"),
    path("place/<int:code>/help/<int:n>", offer.offer, name="offer"),
    path("follow", follow.follow, name="follow"),
    path("follow/<str:number>", follow.case, name="case"),
    path("follow/<str:number>/told", telling.telling, name="telling"),
    path("follow/<str:number>/wechat", wechat.confirmed, name="wechat"),
    path("follow/<str:number>/leave", follow.leave, name="leave"),
    path("follow/<str:number>/data.json", data.download, name="data"),
    path("follow/<str:number>/files/<int:n>", data.attachment, name="file"),
    path("follow/<str:number>/sign", sign.sign, name="sign"),
    path("follow/<str:number>/meetings/<int:seq>.ics", meetings.calendar, name="calendar"),
    path("follow/<str:number>/do/<slug:action>", deeds.deed, name="deed"),
    path("disputes", mediate.disputes, name="disputes"),
    path("disputes/<int:code>", mediate.apply_for, name="apply"),
    path("sign-in", signin.sign_in, name="sign_in"),
    path("sign-out", signin.sign_out, name="sign_out"),
    path("mine", signin.mine, name="mine"),
]
