# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002, FBT001, FBT002  the signatures are Django's
"""Django's admin, for configuration only: the site, and what every page of it keeps to.

Who may do what follows from the role of the post in use; there is no superuser. Every change goes through a function
that writes the administration log; nothing is deleted. Rooms register their configuration on `site` with a
`ConfigurationAdmin`; no room registers a case or lists residents.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminTextInputWidget, RelatedFieldWidgetWrapper
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import BooleanField, DateField, DateTimeField, Model, QuerySet, TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Refused
from anlan.people.configuration_choosing import Chosen, Suggested, is_key
from anlan.people.configuration_words import FIELDS, HINTS, PARTS, PURPOSES, YES_NO, SaidValues, Say, among
from anlan.people.may import Actor, Role, anonymous

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelForm, ModelAdmin = forms.ModelForm, admin.ModelAdmin

ENTERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


def actor(request: HttpRequest) -> Actor:
    """Who acts; the session's middleware knows."""
    found = getattr(request, "actor", None)
    return found if isinstance(found, Actor) else anonymous()


class ElsewhereForm(AdminAuthenticationForm):
    """Takes nobody: sign-in with its caps and second factor is the staff door's."""

    def clean(self) -> dict[str, Any]:
        """Always refuses, before any password is looked at."""
        raise ValidationError(_("Please sign in on the staff page, with the post of an administrator."))


class ConfigurationSite(admin.AdminSite):
    """The one admin site of Anlan."""

    site_header = site_title = _("Anlan configuration")
    index_title = _("Configuration")
    login_form, login_template = ElsewhereForm, "admin/elsewhere.html"
    enable_nav_sidebar = False
    password_form: type[AdminPasswordChangeForm] = AdminPasswordChangeForm
    around: Callable[[HttpRequest], dict[str, Any]] = staticmethod(lambda _request: {})
    """What the frame of staff pages needs; the composition root gives it, for the doors lie above this room."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators and auditors, by the post in use."""
        by = actor(request)
        return by.kind == "post" and by.role in ENTERS

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With what stands around every page of staff."""
        return {**super().each_context(request), **self.around(request)}

    # Wrapped, because the gate knows Django's own pages by their module: `has_permission` judges this one too.
    @wraps(admin.AdminSite.index)
    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """In the order of an administrator's work, each with what it is for."""
        rows = [row for app in self.get_app_list(request) for row in app["models"]]
        shown = {row["model"]._meta.model_name: row for row in rows}
        parts = [
            {"name": name, "models": [{**shown[key], "purpose": words[key]} for key in words if key in shown]}
            for name, words in PARTS
        ]
        context = {"parts": [part for part in parts if part["models"]], **(extra_context or {})}
        return super().index(request, context)

    # Wrapped as `index` is.
    @wraps(admin.AdminSite.autocomplete_view)
    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:  # type: ignore[override]
        """As Django's, each row said so that it can be told from others of its name."""
        return cast("HttpResponse", Suggested.as_view(admin_site=self)(request))

    # Wrapped as `index` is.
    @wraps(admin.AdminSite.password_change)
    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """As Django's, with our form."""
        view = PasswordChangeView.as_view(
            form_class=type("OwnPassword", (self.password_form,), {"request": request}),
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def get_urls(self) -> list[Any]:
        """Without Django's links by content type, which would name any object there is."""
        return [each for each in super().get_urls() if getattr(each, "name", None) != "view_on_site"]


site = ConfigurationSite(name="admin")


class Doing(ModelForm):
    """A form whose cleaning does the thing, so that a refusal keeps what was typed."""

    request: ClassVar[HttpRequest]
    done: str = ""

    def do(self, data: dict[str, Any]) -> str:
        """Does it and says so. Raises Refused."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Does it when the fields are in order."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            with transaction.atomic():
                self.done = self.do(data)
        except Refused as refusal:
            for field, words in refusal.fields.items():
                self.add_error(field if field in self.fields else None, str(words))
            if not refusal.fields:
                raise ValidationError(str(refusal)) from None
        return data

    def _post_clean(self) -> None:
        """Nothing is built from the fields: `do` has written what there is to write."""


class ConfigurationAdmin(ModelAdmin):
    """Sees and changes by role; deletes never. `adds_with` is the form that adds, `changes_with` the one that changes."""

    viewers: ClassVar[frozenset[Role]] = ENTERS
    changers: ClassVar[frozenset[Role]] = frozenset()
    adds_with: ClassVar[type[Doing] | None] = None
    changes_with: ClassVar[type[Doing] | None] = None
    actions_by: ClassVar[frozenset[Role]] = frozenset()
    called: ClassVar[tuple[Any, Any]]
    words: ClassVar[Mapping[str, Any]] = {}
    values: ClassVar[Mapping[str, Say]] = {}
    options: ClassVar[Mapping[str, Callable[[], Iterable[str]]]] = {}
    formfield_overrides: ClassVar[Any] = {
        TextField: {"widget": AdminTextInputWidget},
        DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        },
    }
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def __init__(self, model: type[Model], site: admin.AdminSite) -> None:
        """Gives the model and its fields the words of these pages."""
        super().__init__(model, site)
        model._meta.verbose_name, model._meta.verbose_name_plural = self.called
        for field in model._meta.concrete_fields:
            if field.name in FIELDS:
                field.verbose_name = {**FIELDS, **self.words}[field.name]
        truths = {
            field.name: among(YES_NO)
            for field in model._meta.concrete_fields
            if isinstance(field, BooleanField)
        }
        self.values = {**truths, **self.values}  # type: ignore[misc]
        self._columns = {name: self._column(name) for name in self.list_display}

    def in_full(self, row: Any) -> str:
        """A row as it is suggested, opened and told of."""
        return str(row)

    # Wrapped as the site's `index` is.
    @wraps(admin.ModelAdmin.changelist_view)
    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Called as the list is, with what it is for."""
        said = {"title": self.opts.verbose_name_plural, "purpose": PURPOSES[str(self.opts.model_name)]}
        return super().changelist_view(request, {**said, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *more: Any, **named: Any
    ) -> HttpResponse:
        """Says which row it is."""
        row = named.get("obj")
        return super().render_change_form(
            request, {**context, "subtitle": self.in_full(row) if row else ""}, *more, **named
        )

    def _column(self, name: Any) -> Any:
        """A column of the list: the field, or what its values are called."""
        if name not in self.values:
            return name
        say, field = self.values[name], cast("Any", self.opts.get_field(name))

        @admin.display(description=field.verbose_name, ordering=name)
        def column(row: Any) -> str | None:
            value = getattr(row, name)
            return "—" if value in (None, "") else say(str(value) if isinstance(value, bool) else value)

        column.__name__ = name
        return column

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns, their values said."""
        return list(self._columns.values())

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The filters, their values said."""
        return [(name, SaidValues) if name in self.values else name for name in self.list_filter]

    def get_empty_value_display(self) -> Any:
        """For what is not filled in."""
        return "—"

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice among values, said."""
        if db_field.name in self.values:
            say = self.values[db_field.name]
            kwargs["choices"] = [("", "—"), *((key, say(key)) for key, _word in db_field.choices)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice among the values there are, for a field whose values code names; what to write stands beside it."""
        if db_field.name not in self.options:
            field = super().formfield_for_dbfield(db_field, request, **kwargs)
            if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget = field.widget.widget  # Django's small links to windows of their own
        else:
            say = self.values[db_field.name]
            choices = [("", "—"), *((key, say(key)) for key in self.options[db_field.name]())]
            label = capfirst(db_field.verbose_name)
            field = forms.ChoiceField(label=label, choices=choices, required=not db_field.blank)
        if field is not None:
            field.help_text = HINTS.get(str(self.opts.model_name), {}).get(db_field.name, "")
        return field

    def get_urls(self) -> list[Any]:
        """Without Django's nameless redirect from old addresses, and without its history, which knows nothing."""
        return [each for each in super().get_urls() if each.name and not each.name.endswith("_history")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Who sees it."""
        return actor(request).role in self.viewers

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees it."""
        return actor(request).role in self.viewers

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who changes it, where there is a form for that."""
        return self.adds_with is not None and actor(request).role in self.changers

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As adding."""
        return self.changes_with is not None and actor(request).role in self.changers

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The filters the list shows, and nothing else: no digest is spelt out by asking what it begins with."""
        return lookup.partition("__")[0] in {*self.list_filter, "id"} and "\x00" not in str(value)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: things end, they are not deleted."""
        return False

    # Wrapped as the site's `index` is.
    @wraps(admin.ModelAdmin.delete_view)
    def delete_view(  # type: ignore[override]
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Says so to who asks for it all the same."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        messages.warning(request, _("Nothing is deleted here. What no longer holds gets an end date."))
        meta = self.opts
        return HttpResponseRedirect(
            reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[object_id])
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, for the roles that have them."""
        found = super().get_actions(request)
        return found if actor(request).role in self.actions_by else {}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A field with suggestions is drawn again whatever was sent."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Chosen(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *more: Any, **named: Any
    ) -> HttpResponse | None:
        """As Django's, when what was chosen can be rows."""
        if not all(is_key(self.model, each) for each in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().response_action(request, queryset, *more, **named)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """The doing form, knowing the request."""
        doing = self.changes_with if change else self.adds_with
        if doing is None:
            return super().get_form(request, obj, change, **kwargs)
        return super().get_form(
            request, obj, change, form=type(doing.__name__, (doing,), {"request": request}), **kwargs
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the form asks; to look at, what the list shows."""
        doing = self.changes_with if obj is not None else self.adds_with
        if doing is not None and actor(request).role in self.changers:
            return list(doing.base_fields)
        return self.get_list_display(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything, where there is no form."""
        doing = self.changes_with if obj is not None else self.adds_with
        return (
            ()
            if doing is not None and actor(request).role in self.changers
            else self.get_list_display(request)
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form has done it; here it only says so."""
        if isinstance(form, Doing):
            messages.success(request, form.done)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The administration log is the only one."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As log_addition."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Back to the list: what was asked for may still wait."""
        meta = self.opts
        return HttpResponseRedirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to the list."""
        return self.response_add(request, obj)

    def each(self, request: HttpRequest, rows: QuerySet[Any], do: Any, words: Any) -> None:
        """Does something to each chosen row, and says how each went."""
        for row in rows:
            try:
                told = do(row)
            except Refused as refusal:
                messages.error(request, f"{self.in_full(row)}: {refusal}")
            else:
                messages.success(request, f"{self.in_full(row)}: {told if isinstance(told, str) else words}")
