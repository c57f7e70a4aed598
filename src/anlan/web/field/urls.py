# SPDX-License-Identifier: Apache-2.0
"""The field's addresses."""

from django.urls import path

from anlan.web.field import app, patrols, tasks, terminals, versions

app_name = "field"
urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("app", app.app, name="app"),
    path("app/worker.js", app.worker, name="worker"),
    path("app/manifest", app.manifest, name="manifest"),
    path("app/hello", app.hello, name="hello"),
    path("app/version", versions.version, name="version"),
    path("versions", versions.versions, name="versions"),
    path("versions/<int:opening>/end", versions.close, name="close_version"),
    path("terminals", terminals.sign_in, name="terminals"),
    path("patrols", patrols.patrols, name="patrols"),
    path("new", tasks.choose, name="new"),
    path("new/go", tasks.go, name="new_go"),
    path("new/<int:place>/<slug:action>", tasks.report, name="new_at"),
    path("cases/<int:number>", tasks.case, name="case"),
    path("cases/<int:number>/do/<slug:action>", tasks.do, name="do"),
    path("cases/<int:number>/files/<int:n>", tasks.file, name="file"),
    path("cases/<int:number>/joined/<int:other>/files/<int:n>", tasks.joined_file, name="joined_file"),
]
