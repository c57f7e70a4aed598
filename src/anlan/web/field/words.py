# SPDX-License-Identifier: Apache-2.0
"""What the field app says, in the reader's language: the app keeps them with its page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from anlan.places.find import ZONE

ZONES = {"Asia/Shanghai": gettext_lazy("Beijing time")}
"""What people call the time of a zone; any other goes by its own name."""


def words() -> dict[str, str]:
    """Each by its key in frontend/ts/field; `%(n)s` is filled in there."""
    return _frame() | _phone() | _lists() | _forms() | _outbox() | _patrol()


def _frame() -> dict[str, str]:
    return {
        "way_tasks": _("Tasks"),
        "way_new": _("Report"),
        "way_sent": _("Sent"),
        "way_phone": _("Mine"),
        "talking": _("sending and fetching"),
        "sending_photos": _("%(n)s photos to go"),
        "no_signal": _("no signal"),
        "waiting_count": _("%(n)s waiting"),
        "yours_count": _("%(n)s for you to decide"),
        "no_answer": _("There is no answer just now. It is tried again by itself."),
        "failed": _("This did not work. What you wrote is kept; please try again."),
        "full": _(
            "This phone is full, so nothing more can be kept. Please free some space; what you wrote is still here."
        ),
        "cut": _("As if there were no signal"),
        "uncut": _("Signal again"),
        "clock_ahead": _(
            "This phone's clock is %(n)s minutes fast. Please set it right: until then, what you do counts from when it arrives."
        ),
        "clock_behind": _(
            "This phone's clock is %(n)s minutes slow. Please set it right: until then, what you do counts from when it arrives."
        ),
        "zone": str(ZONES.get(str(ZONE), ZONE)),
        "zone_differs": _("This phone is set to another time zone. All times here are %(zone)s."),
        "ended_expired": _(
            "Your sign-in has ended. Please sign in again; what you wrote is kept and goes on waiting."
        ),
        "ended_no_token": _(
            "This phone is not signed in any more. Please sign in again; what you wrote is kept."
        ),
        "ended_revoked": _("This phone was signed out by your office. What waits here is kept."),
        "ended_erase": _("Your office had this phone cleared."),
        "sign_in_again": _("Sign in again"),
        "newer": _("A newer version of the app is ready."),
        "newer_forced": _(
            "A newer version of the app closes a gap in safety. It is taken when you next open the app; what waits here is kept."
        ),
        "take_newer": _("Use it now"),
        "loading": _("Fetching your tasks"),
        "loading_why": _("The first time takes a moment. From then on the app opens without signal too."),
    }


def _phone() -> dict[str, str]:
    return {
        "welcome": _("Your work on this phone"),
        "welcome_why": _(
            "Your tasks, reports and photos, with signal or without. What lies on the phone opens with your PIN only."
        ),
        "asking": _("One moment …"),
        "as": _("You are signed in as %(name)s, %(role)s, %(office)s."),
        "sign_in_first": _("Please sign in once, with signal. After that the app works without."),
        "sign_in": _("Sign in"),
        "first_signal": _("The first time needs signal. Please try again where there is some."),
        "set_up": _("Set up this phone"),
        "new_pin": _("Choose a PIN"),
        "new_pin_hint": _(
            "At least %(n)s digits, not all alike and not in a row. You type it whenever you open the app."
        ),
        "pin_again": _("The PIN again"),
        "weak_pin": _(
            "Please choose a PIN of at least %(n)s digits that are not all alike and not in a row."
        ),
        "other_pin": _("The two are not the same. Please type the PIN again."),
        "locked": _("Locked"),
        "pin": _("PIN"),
        "pin_hint": _(
            "After ten wrong tries what can be read here is erased; what was not sent yet stays, sealed."
        ),
        "open": _("Open"),
        "opening": _("Opening …"),
        "wrong_pin": _("This is not the PIN. %(n)s tries are left."),
        "wiped": _(
            "What could be read here was erased. What was not sent yet is kept sealed; please sign in again."
        ),
        "forgot": _("I forgot the PIN"),
        "forgot_sure": _(
            "Erase what can be read on this phone and sign in anew? What was not sent yet goes sealed and waits for your word."
        ),
        "put_away": _(
            "There was no signal for days, so your cases were put away. They come back with the first signal; what you wrote is kept."
        ),
        "phone": _("This phone"),
        "who": _("Signed in"),
        "office": _("Office"),
        "heard": _("Last signal"),
        "never": _("never yet"),
        "unsent": _("Waits to be sent"),
        "until": _("Signed in until"),
        "times": _("Times shown"),
        "space": _("Space used"),
        "space_of": _("%(used)s of %(of)s MB"),
        "unknown": _("unknown"),
        "version": _("Version"),
        "lock": _("Lock now"),
        "sign_out": _("Sign out of this phone"),
        "out_sure": _("Sign out and erase what lies on this phone?"),
        "out_unsent": _(
            "%(n)s acts are not sent yet. They are tried once more now; what still waits then is kept sealed and waits for your word in the app. Sign out?"
        ),
        "out_done": _("This phone is signed out and holds nothing any more."),
        "out_held": _("This phone is signed out. Nothing on it can be read any more."),
        "left_here": _("Still on this phone, sealed: %(n)s."),
        "left_why": _(
            "Nobody can read them here. They go by themselves; once they have arrived, whoever did them is asked in the app."
        ),
        "left_signal": _("Waiting for signal: %(n)s."),
        "left_busy": _("The server cannot take them just now: %(n)s. They are tried again at %(at)s."),
        "left_refused": _(
            "Not taken (answer %(why)s): %(n)s. They stay here and are tried again at %(at)s. If this lasts, please tell your office."
        ),
        "left_photos": _("Their words have arrived. Photos still to go: %(n)s."),
        "left_none": _("What was sealed here has arrived. Whoever did it is asked in the app."),
        "told_begin": _("Tell me of new notices on this phone"),
        "told_stop": _("Tell me no more on this phone"),
        "told_why": _(
            "Also when the app is closed. A locked phone shows the number and where it stands, nothing else. Which notices, and the quiet hours, are chosen at the desk's page of notices."
        ),
        "told_denied": _("This browser does not let us tell you anything. You can allow it in its settings."),
        "phone_why": _(
            "Your office sees the version of the app and how many acts wait here, never where you are or when you work."
        ),
    }


def _filled(words: str) -> str:
    """Words of the pages, to be filled in by the app."""
    return words.replace("%(n)d", "%(n)s")


def _lists() -> dict[str, str]:
    return {
        "tasks": _("My tasks"),
        "tasks_hand": _("Given to us"),
        "tasks_check": _("To check"),
        "tasks_open": _("Open in my grid"),
        "report_it": _("Report something"),
        "nothing": _("Nothing waits for you. Thank you."),
        "not_heard": _("Nothing was fetched yet. It comes with the first signal."),
        "further": _("Show %(n)s more"),
        "sort_near": _("Nearest first"),
        "by_distance": _("Nearest first. Where you are is kept nowhere."),
        "urgent": _("Urgent"),
        "waits": _("waits to be sent"),
        "overdue": _("overdue by %(duration)s"),
        "left": _("%(duration)s left"),
        "less": _("less than a minute"),
        "minute": _filled(ngettext("%(n)d minute", "%(n)d minutes", 1)),
        "minutes": _filled(ngettext("%(n)d minute", "%(n)d minutes", 2)),
        "hour": _filled(ngettext("%(n)d hour", "%(n)d hours", 1)),
        "hours": _filled(ngettext("%(n)d hour", "%(n)d hours", 2)),
        "day": _filled(ngettext("%(n)d day", "%(n)d days", 1)),
        "days": _filled(ngettext("%(n)d day", "%(n)d days", 2)),
        "today": _("today %(time)s"),
        "tomorrow": _("tomorrow %(time)s"),
        "yesterday": _("yesterday %(time)s"),
        "metres": _("%(n)s m"),
        "km": _("%(n)s km"),
        "untitled": _("%(procedure)s, kind not set yet"),
        "chosen": _("%(kind)s (as reported)"),
        "of_procedure": _("%(procedure)s: %(kind)s"),
        "decided_there": _("decided when it arrives"),
        "gone": _("This case is not here"),
        "gone_why": _("It was closed or given to others meanwhile, so this phone holds it no more."),
        "said": _("What was said"),
        "of_which": _("%(what)s: %(which)s"),
        "erased": _("The words were erased."),
        "not_yours": _("Its words are not open to your post."),
        "papers": _("%(n)s files that are no photos are on"),
        "done_about": _("What was done"),
        "closing": _("Closes when"),
        "lead": _("Lead unit"),
        "room": _("Room"),
        "where": _("Where"),
        "closed_words": _("Words and photos open once the case is given to you."),
        "story": _("What happened"),
        "arrived": _("arrived %(at)s"),
        "drill": _("DRILL"),
        "until_when": _("until %(at)s"),
        "from_until": _("From %(from)s to %(until)s"),
        "alert_over": _("This alert is over."),
        "in_chinese": _("in Chinese"),
        "alert_chinese": _("This alert was written in Chinese only."),
        "title_chinese": _("Its title was written in Chinese only."),
        "words_chinese": _("Its text was written in Chinese only."),
        "confirm_alert": _("I have read it"),
        "please_confirm": _("Please read and confirm"),
        "alert_confirmed": _("Noted. It goes out with the next signal and counts for your place."),
        "alert_told": _("Your confirmation has arrived and counts for your place."),
        "time_unsure": _("done on a phone whose time was not sure: it counts from its arrival"),
        "other_deeds": _("Something else"),
        "show_photos": _("Fetch the photos (%(n)s)"),
        "photo_n": _("Photo %(n)s"),
        "used_before": _("Photo %(n)s was used as evidence in another case before"),
        "used_before_where": _(
            "Case %(number)s, %(at)s. It is the very same picture. Please look whether it shows this place as it is now."
        ),
    }


def _forms() -> dict[str, str]:
    return {
        "mend": _("Please check these"),
        "missing": _("Please fill in: %(what)s"),
        "short": _("Please write at least %(n)s characters."),
        "optional": _("%(what)s (if you like)"),
        "more": _("Say more"),
        "seek": _("A few characters, for example 井盖"),
        "often": _("Met often here"),
        "by_group": _("All categories, by kind"),
        "other_category": _("Another category"),
        "none_found": _("Nothing of that name."),
        "near_found": _("No category is called so. These come nearest:"),
        "condition": _("What is it like"),
        "here": _("Add where I am"),
        "locating": _("Looking where you are …"),
        "located": _("Added, exact to about %(n)s m."),
        "not_located": _("The phone could not tell where you are. Please say it in words."),
        "photos": _("Photos, at most %(n)s"),
        "photos_wanted": _("Photos, at least one, at most %(n)s"),
        "photo_count": _("Photos: %(n)s"),
        "photo_wanted": _("Please take a photo of what you found."),
        "take_away": _("Take away"),
        "shrinking": _("Making photo %(n)s of %(of)s small …"),
        "which_place": _("Which place is it?"),
        "which_place_first": _("Please choose the place first."),
        "last_place": _("%(place)s (last time)"),
        "place_here": _("Find where I am"),
        "place_found": _("You are in %(place)s. Please correct it if that is wrong."),
        "place_not_found": _("The phone could not tell in which of these you are. Please choose."),
        "elsewhere": _("Somewhere else, or for somebody who cannot: with signal, on"),
        "online_pages": _("the pages with everything"),
        "other_place": _("Another place"),
        "not_now": _("This cannot be done now"),
        "not_now_why": _(
            "Something happened to the case meanwhile. What you had written stands here, to copy from."
        ),
        "kept": _("%(what)s: kept, and on its way."),
        "kept_offline": _("%(what)s: kept on this phone. It goes by itself once there is signal."),
        "yes": _("yes"),
        "position": _("a position"),
    }


def _outbox() -> dict[str, str]:
    return {
        "outbox": _("What you did here"),
        "outbox_empty": _(
            "Nothing yet. What you do on this phone stands here until it has arrived, and a while after."
        ),
        "outbox_foreign": _("From an earlier phone: is it yours?"),
        "act_foreign": _("is it yours?"),
        "foreign": _("This was done on a phone that was wiped before it could be sent."),
        "foreign_why": _(
            "It arrived sealed. It counts as done by you once you say so, at the time when it was done."
        ),
        "done_then": _("What was done"),
        "mine": _("Yes, I did this"),
        "not_mine": _("No, drop it"),
        "outbox_refused": _("Needs your decision"),
        "outbox_waiting": _("Waits for signal"),
        "outbox_sent": _("Arrived"),
        "send_now": _("Try now"),
        "act_refused": _("not taken"),
        "act_waiting": _("waits to be sent"),
        "act_sent": _("arrived"),
        "done_at": _("done %(at)s"),
        "waiting_act": _("%(what)s: waits to be sent"),
        "refused_act": _("%(what)s: was not taken"),
        "look": _("Look at it"),
        "decide": _("Look and decide"),
        "waits_why": _("This is kept on the phone and goes by itself."),
        "refused": _("This was not taken."),
        "overtaken": _("Something else happened first."),
        "yours": _("What you did"),
        "meanwhile": _("What happened meanwhile"),
        "no_news": _("Nothing new stands in the case."),
        "to_case": _("To the case"),
        "back_to_case": _("Back to the case"),
        "what_now": _("What now?"),
        "what_now_why": _("Nothing is lost until you decide."),
        "no_redo": _("“%(what)s” cannot be done again now: the case is at “%(state)s”."),
        "no_note": _("It cannot be kept as a note: notes are written by the offices that have the case."),
        "redo": _("Do it again, with what I wrote"),
        "as_note": _("Keep it as a note"),
        "not_sent_yet": _(
            "This is not sent yet. Please read through what stands here, then press “%(what)s” below."
        ),
        "noted": _("Done without signal, %(at)s, and not taken: %(what)s"),
        "drop": _("Drop it"),
        "drop_sure": _("Drop this for good, photos included?"),
    }


def _patrol() -> dict[str, str]:
    return {
        "patrol": _("Walk the grid"),
        "patrol_on": _("Walking: to the patrol"),
        "patrol_why": _(
            "Where you are is kept nowhere: the phone only finds out which grid you are in, while the app is open. Your office reads which grids were walked in which week, not by whom."
        ),
        "patrol_start": _("Start walking"),
        "quiet": _("Or: walked, nothing to report"),
        "quiet_why": _("One tap for a grid that you walked today."),
        "patrol_since": _("Walking since %(at)s"),
        "patrol_exact": _("The phone knows its place to about %(n)s m."),
        "patrol_lost": _("The phone cannot tell where it is. Please tick the grids yourself."),
        "grids_walked": _("Grids walked; please correct what is wrong"),
        "which_grids": _("Please tick the grids that you walked."),
        "finish_quiet": _("Finish: nothing to report"),
        "finish_report": _("Finish, and report something"),
        "patrol_drop": _("End without sending"),
        "patrol_drop_sure": _("End this walk and send nothing?"),
        "walked_kept": _("Kept: walked. It goes by itself. Thank you."),
        "patrols": _("Grids walked"),
        "no_grids": _("There are no grids here, or too many for one list."),
    }
