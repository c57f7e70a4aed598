# SPDX-License-Identifier: Apache-2.0
"""What registers of people are made of is refused however it is written; what a province's ordinary matters need is not."""

import csv
import gzip
import io
import logging
from hashlib import sha256
from importlib.resources import files

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from anlan.base import boundary
from anlan.base.boundary import check_names, check_words, set_recorder
from anlan.base.errors import BoundaryRefused
from anlan.base.terms import ALLOWED, LABELS, NAMES, SIMPLIFIED, TERMS

EVERY_TERM = sorted(term for terms in TERMS.values() for term in terms)

REFUSED = """
重点人员管控|重点人口信息|特殊人群走访|人脸识别布防点|刷脸签到记录|您的民族|民族：|少数民族人员|宗教信仰|是否信教|政治面貌|党员身份|学历
受教育程度|文化程度（必填）|户籍所在地|户籍地址|籍贯|有无前科|前科|刑满释放人员帮教|安置帮教对象|社区矫正对象|吸毒人员排查|上访户|信访老户
重点上访人|缠访闹访|精神病人名单|肇事肇祸|黑名单|人员黑名单|失信人员名单|人员类别|人员标签|实有人口采集|流动人口登记|一人一档|居民画像
车牌识别抓拍|行动轨迹|布控|居民信用分|个人信用分|诚信积分排名|网格员排名|同一人识别|是否同一人|当事人身份证号|公民身份号码|身份证|证件号
流浪乞讨|涉疆人员|涉邪人员|人像比对|按人查案
Key persons to watch|a watch list|Watchlists|Blacklist of persons|Ethnicity|Ethnic group|religion|Religious belief|Political affiliation
Party membership|Level of education|Household registration|hukou|criminal records|drug users|repeat petitioners|face recognition|FaceRecognition
Facial-recognition cameras|licence plate recognition|License Plate Recognition|ANPR|person score|Social credit score|rank residents|same person
ID card number of the party|National ID|biometrics|psychiatric patients|special populations|whereabouts of the person|ID number|person category
"""
ALLOWED_WORDS = """
民族路道路破损|民族中学周边流动摊贩|景宁畲族自治县民族中学|教育局|教育|宗教场所消防检查|宗教活动场所安全隐患|民族宗教事务局|车牌破损|车牌脱落
身份证遗失招领|身份证补办|身份证办理|户籍窗口服务态度|户籍业务办理|学历认证|学历提升小广告|欠薪黑名单企业|统一社会信用代码|同一人行道多处破损
同一人行天桥|消防检查重点：人员密集场所|重点人员密集场所检查|人员密集场所消防|目前科室正在处理|学前科学教育|呼吸毒性气体|分布控制系统|移动布控球
平稳控制水位|诚信教育宣传|行政审批超时|工人脸部防护用品|大学历年收费|教学历史|诚信经营|作业人员风险告知|特种作业人员台账|井下人员定位系统
职业健康监护档案一人一档|执法检查人员名录库|无犯罪记录证明办理|滥用人脸识别设备|强制刷脸入园|车牌识别道闸损坏|流浪乞讨人员救助|独居老人上门服务
残疾人补贴申请|党群服务中心设施损坏|党员活动室|群众来信|信访事项|人民调解|重点项目工地扬尘|特殊天气|禁毒宣传|戒毒所周边道路|刑事案件|前科目标
人员疏散通道堵塞|村民小组|流动摊贩|无照经营|非机动车乱停放|暴露垃圾|占道经营|井盖缺失|窨井盖|沿街晾挂|户外广告|居民满意度评分
Education|Education bureau|Party wall damaged|All parties agree|Race track lighting|Trace of oil|Face of the building|Watch the gap|Religious site fire safety
Unified social credit code|The approver must not be the same person|Blacklist of companies|Number plate missing|Damaged licence plate|ID card lost and found
Household registration office|Grid number|Key points of the inspection|Personal protective equipment|Score of the service|Ethnic township hospital
Track of the tram|Plate of the manhole|Underscore|Monkeypersonal|Creditor|Noise of a party next door|Primary school|Street named Bethnic
"""
COLUMNS = """
ethnicity|party_ethnicity|partyEthnicity|religion|applicant_religion_code|education|party_education_level|educationLevel|political_status|nation|nationality
id_card|idCardNo|resident_id_number|sfzh|SFZH|zzmm|minzu|xueli|race|party_member|isPartyMember|person_category|key_person|watch_list|face_image|credit_score
民族|民族代码|党员|户口|人员类别|证件号码类型_身份证|hukou_type|fingerprint
"""
PLAIN_COLUMNS = """
id|case_id|account_id|party|party_id|education_bureau_id|place|name|number|code|level|type|person|traced_at|race_track|plate_number|key|keys|personal_data_erased_at
node_number|national_holiday|organisation|organisation_kind|score_of_service|degree_of_damage|number_of_persons|姓名|联系电话|地址
"""


def each(text: str) -> list[str]:
    return [word for line in text.strip().splitlines() for word in line.split("|")]


def refused(text: str) -> bool:
    try:
        check_words(text, where="test")
    except BoundaryRefused:
        return True
    return False


@pytest.fixture
def own_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's recorder comes back after the test, for the tests that follow in this process."""
    monkeypatch.setattr(boundary, "_recorder", None)


@pytest.fixture
def told(own_recorder: None) -> list[tuple[str, str, str]]:
    calls: list[tuple[str, str, str]] = []
    set_recorder(lambda where, term, digest: calls.append((where, term, digest)))
    return calls


@pytest.mark.parametrize("text", each(REFUSED))
def test_words_of_registers_of_people_are_refused(text: str) -> None:
    with pytest.raises(BoundaryRefused):
        check_words(text, where="category")


@pytest.mark.parametrize("text", each(ALLOWED_WORDS))
def test_words_of_ordinary_matters_are_not(text: str) -> None:
    check_words(text, where="category")


@pytest.mark.parametrize("name", each(COLUMNS))
def test_columns_of_such_systems_are_refused(name: str) -> None:
    with pytest.raises(BoundaryRefused):
        check_names(["id", name], where="import")


def test_other_columns_are_not() -> None:
    check_names(each(PLAIN_COLUMNS), where="import")


def test_every_place_of_zhejiang_may_be_named() -> None:
    packed = files("anlan.places") / "data" / "zhejiang-divisions.csv.gz"
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed.read_bytes()).decode()))
    names = [row["name"] for row in rows]
    assert len(names) > 27_000
    assert [name for name in names if refused(name)] == []


@pytest.mark.parametrize("term", EVERY_TERM)
def test_every_term_is_refused_alone_and_in_a_sentence(term: str) -> None:
    assert refused(term)
    assert refused(f"请填写 {term}。")
    assert refused(f"The {term.upper()}, please")


@pytest.mark.parametrize("phrase", sorted(ALLOWED))
def test_every_allowed_phrase_passes_and_hides_nothing_beside_it(phrase: str) -> None:
    assert not refused(phrase)
    assert not refused(f"{phrase}，{phrase}")
    assert refused(f"{phrase}；人员类别")
    assert refused(f"face recognition, {phrase}")


def test_every_allowed_phrase_is_needed() -> None:
    bare = [term.replace(" ", "") for term in EVERY_TERM]
    spare = [phrase for phrase in ALLOWED if not any(term in phrase.replace(" ", "") for term in bare)]
    assert spare == []


def test_no_term_stands_twice() -> None:
    for table in (TERMS, LABELS, NAMES):
        listed = [word.replace(" ", "") for words in table.values() for word in words]
        assert len(listed) == len(set(listed))
        assert all(listed)
    assert all(ord(plain) not in SIMPLIFIED for plain in SIMPLIFIED.values())


NOISE = st.text(" \t\n\u3000\u200b\u200d\ufeff\u00ad.,-_/·、，。：*（）", min_size=0, max_size=3)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.sampled_from(EVERY_TERM), st.data())
def test_disguises_do_not_help(term: str, data: st.DataObject) -> None:
    pieces = [character + data.draw(NOISE) for character in term]
    written = "".join(pieces)
    written = data.draw(st.sampled_from([written, written.upper(), written.translate(WIDE), written.title()]))
    assert refused(written)


@pytest.mark.parametrize(
    "text",
    [
        "重點人員", "人臉識別", "特殊人群", "戶籍", "学歷", "敎育程度", "刑滿釋放", "上訪戶", "精神病患者", "黑名單", "人員類別",
        "政治面貌", "車牌識別", "個人信用分", "涉眾人員", "帶入黨時間", "信訪老户", "纏訪", "身份證號", "人員軌跡", "流動人口",
    ],
)  # fmt: skip
def test_traditional_characters_do_not_help(text: str) -> None:
    assert refused(text)


def test_accents_do_not_help() -> None:
    assert refused("rélïgion")
    assert refused("ｗａｔｃｈ－ｌｉｓｔ")


@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert refused(text) in {True, False}
    assert refused(f"{text} 人员类别")


def test_the_refusal_says_which_word_and_why_in_the_readers_language() -> None:
    with pytest.raises(BoundaryRefused) as caught:
        check_words("走访重点人员", where="campaign title")
    problem = caught.value
    assert (problem.term, problem.where, problem.status, problem.code) == (
        "重点人员",
        "campaign title",
        422,
        "boundary",
    )
    with override("en"):
        assert "“重点人员” sorts or lists people" in str(problem)
        assert "走访" not in str(problem.as_problem())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("黑名单", "lists people"),
        ("民族", "who a person is"),
        ("face recognition", "follows people"),
        ("诚信积分", "ranks people"),
        ("同一人", "same person"),
    ],
)
def test_each_kind_has_its_own_reason(text: str, why: str) -> None:
    with override("en"), pytest.raises(BoundaryRefused, match=why):
        check_words(text, where="category")


def test_the_first_and_longest_word_is_named() -> None:
    with pytest.raises(BoundaryRefused) as caught:
        check_words("采集公民身份号码和人脸", where="form")
    assert caught.value.term == "公民身份号码"


def test_the_recorder_learns_the_word_and_a_digest_never_the_text(told: list[tuple[str, str, str]]) -> None:
    text = "张三是重点人员"
    with pytest.raises(BoundaryRefused):
        check_words(text, where="category")
    with pytest.raises(BoundaryRefused):
        check_names(["姓名", "zzmm"], where="import, line 1")
    check_words("道路破损", where="category")
    assert told == [
        ("category", "重点人员", sha256(text.encode()).hexdigest()),
        ("import, line 1", "zzmm", sha256(b"zzmm").hexdigest()),
    ]


@pytest.mark.usefixtures("own_recorder")
def test_the_refusal_stands_when_it_cannot_be_recorded(caplog: pytest.LogCaptureFixture) -> None:
    def fail(where: str, term: str, digest: str) -> None:
        raise RuntimeError(where)

    set_recorder(fail)
    with caplog.at_level(logging.WARNING), pytest.raises(BoundaryRefused):
        check_words("张三是重点人员", where="category")
    assert "could not be recorded" in caplog.text
    assert "张三" not in caplog.text
