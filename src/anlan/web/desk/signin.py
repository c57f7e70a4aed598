# SPDX-License-Identifier: Apache-2.0
"""Staff sign in here: name and password, the second factor or its enrolment, an own password; then the post's home.

One address takes every step, so that what was being written when a session ended idle travels along in the form and is
offered again afterwards. In the demo the made-up people are buttons.
"""

from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from anlan.base.clock import now
from anlan.base.errors import Invalid, NotAllowed, Refused
from anlan.people import push
from anlan.people.demo import DEMO_PASSWORD, demo_posts
from anlan.people.grants import choose_password
from anlan.people.holding import posts_of
from anlan.people.may import Role
from anlan.people.models import Account, Post
from anlan.people.session import (
    enter_staff,
    half_way,
    idle_account,
    keep_half_way,
    leave,
    network_of,
    switch_post,
)
from anlan.people.signin import (
    Started,
    Step,
    begin_enrolment,
    check_totp,
    finish_enrolment,
    start_staff_sign_in,
    step_after_proof,
)
from anlan.people.staffpush import end_this
from anlan.people.totp import address
from anlan.web.desk.kept import LONGEST, read_kept, write_kept
from anlan.web.gate import open_to
from anlan.web.look.squares import draw_square
from anlan.web.staff_frame import actor_in, frame, home_of, language

ENROLLING = "anlan_enrol"


class NameForm(forms.Form):
    """The first factor."""

    username = forms.CharField(
        label=gettext_lazy("Name for signing in"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The second factor, at its first use or later."""

    code = forms.CharField(
        label=gettext_lazy("Code from your phone"),
        max_length=40,
        help_text=gettext_lazy("Six digits, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """A password of one's own instead of the one that was handed over."""

    password = forms.CharField(
        label=gettext_lazy("Your new password"),
        max_length=1000,
        strip=False,
        help_text=gettext_lazy(
            "At least ten characters. Several words are easy to remember and hard to guess."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@open_to("anyone")
@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """Every step of the sign-in; each answer draws the step that is due."""
    if request.method != "POST":
        return _start(request)
    step = request.POST.get("step", "")
    if step == "start":
        form = NameForm(request.POST)
        if not form.is_valid():
            return _start(request, form=form)
        try:
            started = start_staff_sign_in(
                form.cleaned_data["username"],
                form.cleaned_data["password"],
                network=network_of(request),
                at=now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return _start(request, form=form, status=refused.status)
        return _go_on(request, started)
    started_before = half_way(request, at=now())
    if started_before is None:
        return _start(request, note=_("That took longer than ten minutes. Please begin again."))
    try:
        return _judge(request, started_before, step)
    except NotAllowed as refused:
        if step == Step.TOTP:
            form_again = CodeForm(request.POST)
            form_again.add_error("code", str(refused))
            return _draw(request, started_before, form=form_again, status=403)
        return _start(request, note=str(refused), status=403)


def _judge(request: HttpRequest, started: Started, step: str) -> HttpResponse:
    """The answer to one later step. Raises NotAllowed."""
    form: forms.Form
    if step != started.step:
        return _draw(request, started)
    if started.step is Step.PASSWORD:
        form = PasswordForm(request.POST)
        if form.is_valid():
            try:
                choose_password(started.account_id, form.cleaned_data["password"])
            except Refused as refused:
                for key, words in refused.fields.items():
                    form.add_error(key, str(words))
            else:
                return _go_on(request, step_after_proof(started.account_id))
        return _draw(request, started, form=form, status=422)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _draw(request, started, form=form, status=422)
    code = form.cleaned_data["code"]
    if started.step is Step.TOTP:
        try:
            return _go_on(
                request, check_totp(started.account_id, code, network=network_of(request), at=now())
            )
        except NotAllowed:
            raise
        except Refused as refused:
            form.add_error("code", str(refused))
            return _draw(request, started, form=form, status=refused.status)
    secret = _enrolling(request, started) or ""
    try:
        codes = finish_enrolment(started.account_id, secret, code, at=now())
    except NotAllowed:
        raise
    except Refused as refused:
        form.add_error("code", str(refused.fields.get("code", refused)))
        return _draw(request, started, form=form, status=refused.status)
    request.session.pop(ENROLLING, None)
    keep_half_way(request, step_after_proof(started.account_id), at=now())
    return _page(request, "desk/codes.html", {"codes": codes, "step": "seen"})


def _go_on(request: HttpRequest, started: Started) -> HttpResponse:
    """The next step, or in."""
    if started.step is not Step.READY:
        keep_half_way(request, started, at=now())
        return _draw(request, started)
    kept, goal = request.POST.get("kept", ""), request.POST.get("next", "")
    try:
        by = enter_staff(request, started, at=now())
    except NotAllowed:
        return _start(
            request, note=_("You have no post in use. Please ask your security administrator."), status=403
        )
    written = read_kept(started.account_id, kept, at=now())
    if written is not None:
        return render(request, "desk/resume.html", {**frame(request), **written})
    return HttpResponseRedirect(safe_address(request, goal) or reverse(home_of(by)))


def _start(
    request: HttpRequest, *, form: forms.Form | None = None, note: str = "", status: int = 200
) -> HttpResponse:
    given = {
        "form": form or NameForm(),
        "step": "start",
        "note": note,
        "ended": request.GET.get("ended") == "1",
        "people": _demo_people() if settings.ANLAN_DEMO else [],
    }
    return _page(request, "desk/sign_in.html", given, status=status)


def _draw(
    request: HttpRequest, started: Started, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    """The page of the step that is due."""
    if started.step is Step.READY:
        return _go_on(request, started)
    given: dict[str, Any] = {"form": form or CodeForm(), "step": str(started.step)}
    if started.step is Step.PASSWORD:
        given["form"] = form or PasswordForm()
    if started.step is Step.ENROL:
        secret = _enrolling(request, started)
        if secret is None:
            secret = begin_enrolment(started.account_id).secret
            request.session[ENROLLING] = [started.account_id, secret]
        account = Account.objects.get(pk=started.account_id)
        given |= {
            "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            "qr": draw_square(address(account, secret)),
        }
    return _page(request, "desk/step.html", given, status=status)


def _page(request: HttpRequest, template: str, given: dict[str, Any], *, status: int = 200) -> HttpResponse:
    # What was written travels in forms alone: in an address it would be whatever another person wrote and sent along.
    source = request.POST if request.method == "POST" else request.GET
    carried = {"next": source.get("next", ""), "kept": request.POST.get("kept", "")[:LONGEST]}
    return render(request, template, {**carried, **given}, status=status)


def _enrolling(request: HttpRequest, started: Started) -> str | None:
    """The secret shown to this very person; one shown to somebody before in the same browser is known to them."""
    account_id, secret = request.session.get(ENROLLING) or (0, "")
    return secret if account_id == started.account_id else None


@open_to("anyone")
@require_POST
def enter_demo(request: HttpRequest) -> HttpResponse:
    """One of the demo's made-up people. Outside of the demo such accounts do not open."""
    if not settings.ANLAN_DEMO:
        return _start(request, status=403)
    try:
        started = start_staff_sign_in(
            request.POST.get("username", ""), DEMO_PASSWORD, network=network_of(request), at=now()
        )
    except Refused as refused:
        return _start(request, note=str(refused), status=refused.status)
    return _go_on(request, started)


def _demo_people() -> list[dict[str, str]]:
    names = [each.username for each in demo_posts()]
    posts = Post.objects.current(now()).filter(account__username__in=names, account__demo=True)
    by_name = {post.account.username: post for post in posts.select_related("account", "organisation")}
    return [
        {
            "username": name,
            "name": by_name[name].account.name,
            "role": Role(by_name[name].role).in_language(language()),
            "office": by_name[name].organisation.in_language(language()),
        }
        for name in dict.fromkeys(names)
        if name in by_name
    ]


@open_to("staff")
def posts(request: HttpRequest) -> HttpResponse:
    """The posts of the person; a button acts as another from now on."""
    by = actor_in(request)
    if request.method == "POST":
        try:
            chosen = switch_post(request, int(request.POST.get("post", "0")), at=now())
        except (ValueError, NotAllowed):
            messages.warning(request, _("This post is not in use any more."))
            return HttpResponseRedirect(reverse("desk:posts"))
        return HttpResponseRedirect(reverse(home_of(chosen)))
    rows = [
        {
            "id": post.pk,
            "role": Role(post.role).in_language(language()),
            "office": post.organisation.in_language(language()),
            "place": post.place,
            "deputy": post.deputy_for_id is not None,
            "until": post.valid_to,
            "current": post.pk == by.post_id,
        }
        for post in posts_of(by.account, at=now()).select_related("place")
    ]
    return render(request, "desk/posts.html", {**frame(request), "posts": rows})


@open_to("anyone")
@sensitive_post_parameters("subscription")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, and what this browser was told: others may sit at it now."""
    by = actor_in(request)
    if by.kind == "post" and (given := request.POST.get("subscription")):
        with suppress(Invalid):
            end_this(by.account, push.read_subscription(given))
    leave(request)
    messages.success(request, _("You are signed out."))
    return HttpResponseRedirect(reverse("desk:sign_in"))


@open_to("anyone")
@never_cache
def kept(request: HttpRequest) -> HttpResponse:
    """The sign-in for somebody whose session ended while they were writing: what was sent stays with them, in the form."""
    account_id = idle_account(request)
    pairs = [
        (key, value)
        for key, values in request.POST.lists()
        if key != "csrfmiddlewaretoken"
        for value in values
    ]
    packed = write_kept(account_id, request.get_full_path(), pairs, at=now()) if account_id else ""
    given = {
        "form": NameForm(),
        "step": "start",
        "kept": packed,
        "next": request.path,
        "lost_files": bool(request.FILES),
        "writing": True,
        "people": _demo_people() if settings.ANLAN_DEMO else [],
    }
    return render(request, "desk/sign_in.html", given)


def safe_address(request: HttpRequest, goal: str) -> str:
    """The address if it is one of this site, else nothing."""
    safe = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return goal if goal and safe else ""
