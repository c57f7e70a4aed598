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
from hypothesis import assume, given
from hypothesis import strategies as st

from anlan.base import boundary
from anlan.base.boundary import check_names, check_words, set_recorder
from anlan.base.errors import BoundaryRefused
from anlan.base.phrases import PHRASES
from anlan.base.terms import ALLOWED, LABELS, NAMES, SIMPLIFIED, TERMS

EVERY_PHRASE = sorted(
    {(" " if words[0].isascii() else "").join(words) for phrase in PHRASES for words in phrase.products()}
)
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
独居老人名单|留守儿童名单|五类人员管理|流动人员登记|外来人口登记|常住人口(登记)|常住人口|特殊群体管理|信访重点人|上访人走访登记|精神障碍人员随访|社区矫正管理|信教情况排查|人员摸排|风险人员|问题家庭|车辆轨迹|网格员评分
租客登记|person list|list of people|resident list|rank of residents|problem families|独居老人台账|留守妇女登记|空巢老人走访|残疾人名册|低保户名单
困难户排查|信访人员登记|信访人登记|外来务工人员登记|患者名单|学生名单|居民名单|居民花名册|村民信息采集|租户信息登记|房客登记|外地人登记|外国人登记|人口登记|人口管理|流动儿童登记|人员排查|人员画像|外来人员管控
群众走访登记|老人轨迹|学生轨迹|手机轨迹|居民评分|家庭评级|志愿者排名|员工打分|村民积分制|六类人员|8类人员|问题青少年|风险家庭|可疑人员|不放心人员|摸排外来人口|登记租客|排查信教情况|独居老人走访慰问名单
独居老人的信息台账|特殊群体|特殊群体名单|弱势群体台账|重点群体台账|重点人名单|重点人|外来人口|重点家庭|people list|list of the elderly people|register of tenants
tenant register|resident database|ranking of the staff|staff ranking|score residents|monitor all residents
track tenants|register of petitioners|suspicious people|problem children|list of homeless people|family register
citizen profile|worker score|List of problem families|常住人口数据库|流动人员登记服务|租客 名单|儿童台账
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
农民工工资|拖欠农民工工资|人员疏散通道|外来物种|外来物种入侵排查|志愿者招募|作业人员台账|值班人员名单|评委名单|中标候选人名单|学生接送|老人食堂|儿童乐园设施|候车人员|住户漏水|租房纠纷|出租房登记|出租房屋登记|车辆违停
车辆登记证|居民小区排查|居民楼消防排查|居民分类投放垃圾|家庭垃圾分类|老年人食堂管理|儿童游乐设施排查|学生食堂管理|患者投诉|群众排查隐患|组织人员排查隐患|工作人员走访核实|困难群众走访慰问|人口普查|人口密集区域监控
社区矫正中心设施损坏|社区矫正咨询|社区矫正管理局|流动人员人事档案|流动人员档案托管|学生档案|退休人员档案|职工档案|婚姻登记|不动产登记|失业登记|退役军人优待证|残疾人证办理|残疾人无障碍设施|老年人优待证办理|老年人助餐
居家养老|独居老人用气安全排查|排查独居老人用气安全|留守儿童关爱服务|困境儿童救助|特殊困难群体救助|重点群体就业帮扶|三类人员安全考核|业主管理规约|业主大会|住户监控摄像头|个人信息泄露|违规收集个人信息|儿童预防接种登记
新生入学登记|渣土车辆轨迹|公交车辆定位|环卫车辆轨迹|车辆定位系统|网格员姓名及联系方式公示|网格员培训|网格巡查|群众满意度评分|群众评分|服务评分|风险点排查|风险隐患排查|问题整改|问题居民楼|问题学生食堂|异常天气|危险房屋
危险房屋排查|危险化学品登记|家庭农场登记|家庭医生签约|家庭旅馆登记|信访事项登记|信访接待登记|群众来访登记|来访登记|上访|患者就医|病人转运通道|精神卫生中心|精神障碍患者救助|外地车辆|外来施工|外地人才引进|重点人才引进
人才登记|企业名单|企业登记|商户登记|摊贩登记|物业管理|居民委员会|村民委员会|村民代表会议|宠物登记|犬只登记|养犬登记|电动自行车登记|学校名单|学生用品|校园学生安全|妇女儿童活动中心|妇联|青少年宫|青少年活动中心
残疾人联合会|农民工子女入学|农民工法律援助|务工人员工资|企业员工宿舍|员工食堂|工人工资|工人安全帽|教师资格认定|医生多点执业|司机疲劳驾驶|公交司机|骑手闯红灯|干部作风|民警出警|出警|从业人员健康证|从业人员培训
施工人员安全教育|人员密集场所|人员伤亡|人员落水|人员被困|人员聚集|人群聚集|人群踩踏|敏感人群防护|救援人员|被困人员救助|医务人员|服务人员态度|工作人员服务态度评分|管理人员|安全管理人员|安全管理人员配备|出入口管理
路口监控损坏|停车位登记|登记窗口|登记证遗失|村务公开清单|责任清单|权力清单|隐患台账|问题台账|设备台账|排污口台账|垃圾分类|分类投放|人工湖|人行天桥|行人闯红灯|手机信号|手机店|车主堵门|外国人来华工作许可|宗教活动场所
户口登记|低保申请|低保户补助申请|贫困户住房|住户投诉|高龄津贴|高龄老人津贴申请|失能老人护理补贴|失智老人走失求助|空巢老人助餐|孤寡老人帮扶|老人定位手环申领|残疾儿童康复救助|流动儿童入学|单身公寓|流动人口服务|返乡创业
外来车辆停放|常住人口服务|人口和计划生育|家庭困难|困难家庭救助|业主投诉物业|租客投诉|租客噪音|学生上下学|未成年人保护|未成年人进入网吧|患者隐私|传染病|病人家属|群众路线|群众体育|市民卡|市民广场|市民反映|居民反映
居民登记报修|走访慰问|投诉举报|举报人保护|投诉人权利|报告人|信访人权利|Resident committee|Residents of the building|People stranded|Family doctor
Family hotel registration|Children's playground|Child care centre|Student canteen|Student dormitory fire safety
Patient rights|People's court|People's park|List of services|Check list for residents|Price list|Register of defects
Register of enterprises|Company register|Vehicle registration certificate|Marriage registration|Business registration
Waste list|Household waste|Household waste sorting|List of household goods|List of family doctors
List of elderly care homes|Elderly meals|Elderly care|Problem with the road|Problem reported by a resident
Monitoring of air quality|Noise monitoring|Population density|Mosquito population|Score of the building
Ranking of towns|Rating of the answer|Satisfaction score|Track maintenance|Driver of the bus|Staff on duty
Worker on site|Duty roster|Volunteers wanted|Wages of migrant workers|Tenant complaint|Rental housing register
Lodging house|Reporter|The reporter|Women's clinic|Youth centre|Senior citizens' canteen|Senior citizens card
List of documents residents need|Suspicious package|Unstable slope|Problem building|Watch children near the pond
Children crossing|Tracking number|Report to the list|Monitoring station|私搭乱建|店面无证装修|违章接坡|临街外立面不洁|临街阳台屋顶脏乱|沿街晾挂|擅架管线杆线
暴露生活垃圾|积存垃圾渣土|道路不洁|道路破损|道路遗撒|绿地脏乱|绿化弃料|非装饰性吊挂|焚烧垃圾树叶|病虫害|非法伐树|水域不洁|河道污染|商业噪音|露天烧烤|乱排污水|餐厨垃圾污染|非正规填埋|医疗废物|废弃家具|乱堆物料
动物尸体|擅养家禽家畜|非法小广告|街头散发广告|违规户外广告|用字不规范|位置不合理|违规牌匾|违规标语|施工扰民|施工占道|无证掘路|工地扬尘|施工废弃料|围挡|出入口破损|渣土车未密闭|车轮夹带|无照游商|早夜市|占道废品收购
店外经营|占用消防通道|共享单车|供水管破裂|燃气管破裂|路面塌陷|道路积水|架空线脱落|高空坠物|临街屠宰|门前四包|桥下空间|上水井盖|化粪池井盖|通信立杆|路灯|公交站亭|地下通道|公共厕所|垃圾中转站|古树|行道树|液化气站
水域护栏
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


@pytest.mark.usefixtures("own_recorder")
def test_every_phrase_of_the_grammar_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="anlan.boundary")
    opened = [phrase for phrase in EVERY_PHRASE if not refused(phrase)]
    assert [phrase for phrase in opened if not any(allowed in phrase for allowed in ALLOWED)] == []


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("辖区独居老人的基本信息台账", "独居老人的基本信息台账"),
        ("请列出 独居·老人 名单", "独居老人名单"),
        ("a new List of the Elderly Residents!", "list of the elderly"),
        ("Our problem-families", "problem families"),
    ],
)
def test_words_between_change_nothing_and_the_phrase_is_named(phrase: str, told: str) -> None:
    with pytest.raises(BoundaryRefused) as caught:
        check_words(phrase, where="category")
    assert caught.value.term == told


@pytest.mark.parametrize("phrase", sorted(ALLOWED))
def test_every_allowed_phrase_passes_and_hides_nothing_beside_it(phrase: str) -> None:
    assert not refused(phrase)
    assert not refused(f"{phrase}，{phrase}")
    assert refused(f"{phrase}；人员类别")
    assert refused(f"face recognition, {phrase}")


def test_every_allowed_phrase_is_needed() -> None:
    bare = [term.replace(" ", "") for term in EVERY_TERM]
    spare = [phrase for phrase in ALLOWED if not any(term in phrase.replace(" ", "") for term in bare)]
    assert [phrase for phrase in spare if not any(each in phrase for each in EVERY_PHRASE)] == []


def test_no_term_stands_twice() -> None:
    for table in (TERMS, LABELS, NAMES):
        listed = [word.replace(" ", "") for words in table.values() for word in words]
        assert len(listed) == len(set(listed))
        assert all(listed)
    assert all(ord(plain) not in SIMPLIFIED for plain in SIMPLIFIED.values())


NOISE = st.text(" \t\n\u3000\u200b\u200d\ufeff\u00ad.,-_/·、，。：*（）", min_size=0, max_size=3)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.sampled_from(EVERY_TERM) | st.sampled_from(EVERY_PHRASE), st.data())
def test_disguises_do_not_help(term: str, data: st.DataObject) -> None:
    assume(term not in ALLOWED)
    pieces = [character + data.draw(NOISE) for character in term]
    written = "".join(pieces)
    written = data.draw(st.sampled_from([written, written.upper(), written.translate(WIDE), written.title()]))
    assert refused(written)


@pytest.mark.parametrize(
    "text",
    [
        "重點人員", "人臉識別", "特殊人群", "戶籍", "学歷", "敎育程度", "刑滿釋放", "上訪戶", "精神病患者", "黑名單", "人員類別",
        "政治面貌", "車牌識別", "個人信用分", "涉眾人員", "帶入黨時間", "信訪老户", "纏訪", "身份證號", "人員軌跡", "流動人口",
        "獨居老人名單", "外來人口登記", "問題家庭", "車輛軌跡", "學生花名冊", "閒散人員排查", "網格員績效評分", "群衆走訪",
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
