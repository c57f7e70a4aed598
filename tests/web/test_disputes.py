# SPDX-License-Identifier: Apache-2.0
"""Two neighbours at the doors: one asks on a phone, the mediator asks both, they agree, sign on paper, and anybody can verify it."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from anlan.base.clock import now
from anlan.base.keys import keyring
from anlan.base.prepared import prepared
from anlan.cases import queries_view
from anlan.cases.attachments import read
from anlan.cases.models import Attachment, Case
from anlan.cases.queries import follow_code_of
from anlan.cases.read import read_cases
from anlan.cases.sealed import open_content
from anlan.people.may import Role
from anlan.people.rates import Cap
from anlan.web.resident import deeds
from tests.cases.world import VILLAGE, place
from tests.procedures.mediation.cast import FIRST, Dispute
from tests.procedures.report.cast import COMMITTEE
from tests.web.resident.visits import hidden, picture
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db

SECRET = "他半夜砸墙，我有点怕他"
ASKED = {
    "kind": "neighbours",
    "wish": "mediate",
    "words": SECRET,
    "other": "楼上 502 李大伟",
    "joins_name": "王小明",
    "joins_phone": "13800000001",
}


@pytest.fixture
def mediator() -> Client:
    return enter(post_of(Role.MEDIATOR, COMMITTEE))


def apply_for(visitor: Client, **more: Any) -> Case:
    url = f"/disputes/{VILLAGE}"
    page = visitor.get(url).content.decode()
    answer = visitor.post(url, {**ASKED, "draft": hidden(page), **more})
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get(procedure="mediation")


def do(desk: Client, case: Case, action: str, **data: Any) -> str:
    """Fills in an action's form at the desk; the page afterwards."""
    url = f"/desk/cases/{case.number}/do/{action}"
    page = desk.get(url)
    assert page.status_code == 200, f"{action}: {page.status_code}"
    html = page.content.decode()
    sent = {"request_id": hidden(html, "request_id"), "expect": hidden(html, "expect"), **data}
    answer = desk.post(url, sent, follow=True)
    assert answer.redirect_chain, re.findall(
        r"govuk-error-message[^<]*>.*?</p>", answer.content.decode(), re.DOTALL
    )
    return answer.content.decode()


def follow(case: Case, party: int) -> Client:
    """A browser in which this person has opened the case with their code."""
    visitor = Client()
    answer = visitor.post(
        "/follow", {"number": f"{case.number:016d}", "code": follow_code_of(case.pk, party)}
    )
    assert answer.status_code == 302
    return visitor


def own(visitor: Client, case: Case, action: str, **data: Any) -> None:
    """What a person does on their page."""
    url = f"/follow/{case.number:016d}/do/{action}"
    html = visitor.get(url).content.decode()
    answer = visitor.post(url, {"draft": hidden(html), "expect": hidden(html, "expect"), **data})
    assert answer.status_code == 302, answer.content.decode()


def pdf_of(case: Case) -> str:
    file = Attachment.objects.filter(case_id=case.pk, kind="application/pdf").order_by("-n").first()
    assert file is not None
    with prepared() as run:
        stand = read_cases(run, [case.pk])[case.pk]
    data = read(case.pk, keyring().unwrap(stand.key), bytes(file.keyed))
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def number_of(case: Case) -> str:
    return f"{case.number:016d}"


def test_two_neighbours_settle_a_noise_dispute(mediator: Client) -> None:
    applicant = Client()
    case = apply_for(applicant, files=picture("噪声.jpg"))
    slip = applicant.get("/report/sent").content.decode()
    assert follow_code_of(case.pk)[:4] in slip
    desk = mediator.get(f"/desk/cases/{case.number}").content.decode()
    assert SECRET in desk
    do(mediator, case, "ask_alone", who="1", afraid="no")
    do(mediator, case, "bring_in", joins_as="side2", joins_name="李大伟", joins_phone="13800000002")
    do(mediator, case, "ask_alone", who="2", afraid="no")
    do(mediator, case, "invite", matter="楼上夜间装修产生噪声")
    other = follow(case, 2)
    page = other.get(f"/follow/{case.number:016d}").content.decode()
    assert "楼上夜间装修产生噪声" in page
    assert "调解：邻里" in page
    assert re.findall(r"/do/(consent|refuse|withdraw|confide_2)", page) == ["consent", "confide_2", "refuse"]
    mine = applicant.get(f"/follow/{case.number:016d}").content.decode()
    assert "withdraw" in mine
    assert "/do/refuse" not in mine, "who asked for it leaves"
    assert "随时可以退出" in other.get(f"/follow/{case.number:016d}/do/consent").content.decode()
    assert SECRET not in page
    assert "13800000001" not in page
    own(other, case, "consent")
    do(mediator, case, "accept", channel="people")
    form = mediator.get(f"/desk/cases/{case.number}/do/appoint").content.decode()
    post = re.search(r'name="mediator"[^>]*value="(\d+)"', form)
    assert post
    do(mediator, case, "appoint", mediator=post[1])
    do(mediator, case, "begin", no_interest="on", rights="on")
    do(
        mediator,
        case,
        "draft",
        facts="楼上装修，夜间施工",
        points="几点以后不能施工",
        liability="楼上避开休息时间",
    )
    again = mediator.get(f"/desk/cases/{case.number}/do/draft").content.decode()
    assert re.search(r"\s楼上装修，夜间施工</textarea>", again), "what takes its place begins with it"
    do(
        mediator,
        case,
        "term",
        who="2",
        mode="cease",
        what="晚上八点到早上八点不施工",
        day_day="30",
        day_month="6",
        day_year=str(now().year + 1),
    )
    html = do(mediator, case, "settle")
    assert "晚上八点到早上八点不施工" in html
    for url in (f"/follow/{case.number:016d}", f"/follow/{case.number:016d}/sign"):
        theirs, ours = (re.sub(r"\s+", " ", who.get(url).content.decode()) for who in (other, applicant))
        assert "您 · 从某天起不再做某事 · 自" in theirs, "what one owes is said to oneself"
        assert "对方 · 从某天起不再做某事 · 自" in ours
        assert "签之前告诉各方" in theirs or url.endswith(number_of(case)), (
            "what is wrong in it is said before, not by leaving"
        )
    page = other.get(f"/follow/{number_of(case)}").content.decode()
    assert {"say", "confide_2"} <= set(re.findall(r"/do/(\w+)", page))
    assert "110" in page, "whoever is under pressure reads whom to tell, to the end"
    own(other, case, "confide_2", words="金额写错了，我不敢当面说")
    assert "金额写错了" in mediator.get(f"/desk/cases/{case.number}").content.decode()
    assert "金额写错了" not in applicant.get(f"/follow/{number_of(case)}").content.decode()
    text = pdf_of(case)
    assert "调解协议书" in text
    assert "晚上八点到早上八点不施工" in text.replace("\n", "")
    assert SECRET not in text.replace("\n", "")
    record = Case.objects.get(pk=case.pk)
    assert record.state == "signing"


def test_the_mediator_is_offered_what_the_office_does_and_reads_in_full_what_a_box_means(
    mediator: Client,
) -> None:
    case = apply_for(Client())
    form = mediator.get(f"/desk/cases/{case.number}/do/ask_alone").content.decode()
    assert "（选填）" not in re.sub(r"<textarea.*?</textarea>|记录（[^<]*", "", form, flags=re.DOTALL)
    assert "已告知可以拨打 110 和求助渠道" in form
    do(mediator, case, "ask_alone", who="1", afraid="no")
    assert "不害怕，没有压力" in mediator.get(f"/desk/cases/{case.number}").content.decode()
    do(mediator, case, "bring_in", joins_as="side2", joins_name="李大伟", joins_phone="13800000002")
    do(mediator, case, "ask_alone", who="2", afraid="silent")
    do(mediator, case, "invite", matter="楼上夜间装修产生噪声")
    do(mediator, case, "consent_for", who="2", answer="yes", how="there")
    url = f"/desk/cases/{case.number}/do/accept"
    form = mediator.get(url).content.decode()
    offered = re.findall(r'<input[^>]*name="channel"[^>]*>', form)
    assert len(offered) == 1
    assert 'value="people"' in offered[0]
    assert "checked" in offered[0]
    sent = {key: hidden(form, key) for key in ("request_id", "expect")}
    answer = mediator.post(url, {**sent, "channel": "judicial"})
    assert answer.status_code == 422
    assert "本单位不做司法调解" in answer.content.decode()


def test_all_that_is_missing_in_an_application_is_told_at_once() -> None:
    visitor, url = Client(), f"/disputes/{VILLAGE}"
    form = visitor.get(url).content.decode()
    answer = visitor.post(url, {"draft": hidden(form), "words": ASKED["words"]})
    assert answer.status_code == 422
    assert {"kind", "wish", "joins_name"} <= set(answer.context["form"].errors)


def test_what_one_side_confides_is_on_no_page_of_the_other(mediator: Client) -> None:
    applicant = Client()
    case = apply_for(applicant)
    do(mediator, case, "ask_alone", who="1", afraid="yes", help="on", words="她说很害怕")
    do(mediator, case, "bring_in", joins_as="side2", joins_name="李大伟")
    do(mediator, case, "ask_alone", who="2", afraid="no")
    do(mediator, case, "invite", matter="楼上夜间装修产生噪声")
    other = follow(case, 2)
    number = f"{case.number:016d}"
    for url in (f"/follow/{number}", f"/follow/{number}/data.json"):
        shown = other.get(url).content.decode()
        assert all(
            hidden_words not in shown
            for hidden_words in (SECRET, "她说很害怕", "王小明", "13800000001", "有人害怕")
        )


def test_a_clerk_who_does_not_mediate_reads_none_of_it(mediator: Client) -> None:
    case = apply_for(Client())
    clerk = enter(post_of(Role.VILLAGE_CLERK, COMMITTEE))
    do(mediator, case, "ask_alone", who="1", afraid="no")
    do(mediator, case, "bring_in", joins_as="side2", joins_name="李大伟", joins_phone="13800000002")
    do(mediator, case, "ask_alone", who="2", afraid="no")
    do(mediator, case, "invite", matter="楼上夜间装修产生噪声")
    page = clerk.get(f"/desk/cases/{case.number}")
    assert page.status_code == 200
    html = page.content.decode()
    for closed in (SECRET, "楼上夜间装修产生噪声", "王小明", "李大伟", "13800000001", "13800000002"):
        assert closed not in html, closed
    assert "楼上夜间装修产生噪声" in mediator.get(f"/desk/cases/{case.number}").content.decode()


def test_who_supervises_opens_what_all_were_told_by_a_look_that_both_read_of(mediator: Client) -> None:
    case = apply_for(Client())
    do(mediator, case, "ask_alone", who="1", afraid="no")
    do(mediator, case, "bring_in", joins_as="side2", joins_name="李大伟", joins_phone="13800000002")
    do(mediator, case, "ask_alone", who="2", afraid="no")
    do(mediator, case, "invite", matter="楼上夜间装修产生噪声")
    above = enter(post_of(Role.SUPERVISOR, "county:330106"))
    url = f"/desk/cases/{case.number}"
    assert "楼上夜间装修产生噪声" not in above.get(url).content.decode()
    assert above.post(f"{url}/do/look", {"reason": "supervision"}).status_code == 302
    html = above.get(url).content.decode()
    assert "楼上夜间装修产生噪声" in html
    assert SECRET not in html
    page = follow(case, 2).get(f"/follow/{case.number:016d}").content.decode()
    assert "督办或检查本件办理情况" in page


def test_a_neighbour_who_walks_the_grid_sees_nothing_of_it(mediator: Client) -> None:
    case = apply_for(Client())
    grid = enter(post_of(Role.GRID_WORKER, COMMITTEE))
    assert "调解" not in grid.get("/field/").content.decode()
    for door in ("field", "desk"):
        assert grid.get(f"/{door}/cases/{case.number}").status_code in {403, 404}
    assert mediator.get(f"/desk/cases/{case.number}").status_code == 200


def test_an_application_is_taken_down_for_somebody_without_a_phone(mediator: Client) -> None:
    url = f"/desk/new/{place(VILLAGE)}/ask_for"
    page = mediator.get(url).content.decode()
    given = {**ASKED, "draft": hidden(page), "joins_phone": "", "requested": "on", "expect": ""}
    answer = mediator.post(url, given)
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get(procedure="mediation")
    assert case.state == "applied"
    slip = mediator.post("/desk/new/slip")
    assert slip.context["code"] == follow_code_of(case.pk)


def test_who_is_entered_gets_a_slip_of_their_own_once(mediator: Client) -> None:
    case = apply_for(Client())
    do(mediator, case, "ask_alone", who="1", afraid="no")
    url = f"/desk/cases/{case.number}/do/bring_in"
    form = mediator.get(url).content.decode()
    sent = {"request_id": hidden(form, "request_id"), "expect": hidden(form, "expect")}
    answer = mediator.post(url, {**sent, "joins_as": "side2", "joins_name": "李大伟"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/desk/new/opened"
    slip = mediator.post("/desk/new/slip")
    assert slip.context["code"] == follow_code_of(case.pk, 2)
    html = slip.content.decode()
    assert "您的上报" not in html
    assert "anlan-paper" not in html, "it is read out from the screen too"
    assert "(&#x27;" not in html
    assert mediator.post("/desk/new/slip").status_code == 302
    assert follow(case, 2).get(f"/follow/{case.number:016d}").status_code == 200


def test_one_side_that_sends_without_end_keeps_nobody_else_from_leaving(
    mediator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = apply_for(Client())
    do(mediator, case, "ask_alone", who="1", afraid="no")
    do(mediator, case, "bring_in", joins_as="side2", joins_name="李大伟")
    do(mediator, case, "ask_alone", who="2", afraid="no")
    do(mediator, case, "invite", matter="楼上夜间装修产生噪声")
    monkeypatch.setattr(deeds, "DEEDS_PER_CASE", Cap(n=1, per=timedelta(hours=1)))
    own(follow(case, 2), case, "consent")
    own(follow(case, 1), case, "withdraw")
    assert Case.objects.get(pk=case.pk).state == "withdrawn"


def test_that_somebody_is_afraid_is_read_by_who_mediates_alone(mediator: Client) -> None:
    case = apply_for(Client(), afraid="on")
    words = "有人害怕"
    assert words in mediator.get(f"/desk/cases/{case.number}").content.decode()
    for role, key in (
        (Role.VILLAGE_CLERK, COMMITTEE),
        (Role.DISPATCHER, "town:330106004"),
        (Role.SUPERVISOR, "county:330106"),
    ):
        page = enter(post_of(role, key)).get(f"/desk/cases/{case.number}")
        assert page.status_code == 200
        assert words not in page.content.decode(), role


def test_the_page_of_a_dispute_costs_the_same_however_much_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = Dispute().drafted()
    opened: list[int] = []

    def counted(*given: Any, **named: Any) -> Any:
        opened.append(1)
        return open_content(*given, **named)

    monkeypatch.setattr(queries_view, "open_content", counted)
    costs = []
    for more in (120, 100):
        for _n in range(more):
            dispute.do("say", FIRST, words="还是太吵")
        visitor = follow(Case.objects.get(pk=dispute.id), 2)
        opened.clear()
        page = visitor.get(f"/follow/{dispute.now.number:016d}").content.decode()
        assert "晚上八点到早上八点不施工" in page, "what stands is there all the same"
        costs.append(len(opened))
    assert costs[0] == costs[1]
