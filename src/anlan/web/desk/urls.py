# SPDX-License-Identifier: Apache-2.0
"""The desk's addresses."""

from django.urls import path

from anlan.web.desk import audit, away, case, inbox, notices, opening, overview, signin, suggestions, tokens

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("sign-in", signin.sign_in, name="sign_in"),
    path("sign-in/demo", signin.enter_demo, name="enter_demo"),
    path("sign-in/kept", signin.kept, name="kept"),
    path("sign-out", signin.sign_out, name="sign_out"),
    path("posts", signin.posts, name="posts"),
    path("notices", notices.notices, name="notices"),
    path("notices/<int:number>/<int:seq>", notices.read, name="notice"),
    path("tokens", tokens.tokens, name="tokens"),
    path("tokens/<int:token>/end", tokens.end, name="end_token"),
    path("away", away.away, name="away"),
    path("away/<int:absence>/back", away.back, name="back"),
    path("new", opening.choose_place, name="open"),
    path("new/opened", opening.opened, name="opened"),
    path("new/slip", opening.slip, name="slip"),
    path("new/<int:place>", opening.report, name="open_at"),
    path("suggestions", suggestions.suggestions, name="suggestions"),
    path("overview", overview.overview, name="overview"),
    path("overview.csv", overview.table, name="overview_csv"),
    path("overview/cases", overview.behind, name="overview_cases"),
    path("audit", audit.audit, name="audit"),
    path("audit/looks", audit.looks, name="looks"),
    path("audit/sample", audit.drawn, name="sample"),
    path("audit/refusals", audit.refusals, name="refusals"),
    path("audit/log", audit.log, name="log"),
    path("cases/<int:number>", case.case, name="case"),
    path("cases/<int:number>/do/<slug:action>", case.do, name="do"),
    path("cases/<int:number>/claim", case.claim, name="claim"),
    path("cases/<int:number>/files/<int:n>", case.file, name="file"),
    path("cases/<int:number>/joined/<int:other>/files/<int:n>", case.joined_file, name="joined_file"),
]
