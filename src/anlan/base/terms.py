# SPDX-License-Identifier: Apache-2.0
"""The closed lists behind the boundary: what registers of people are made of, in Chinese and English, and the phrases of
ordinary matters that hold the same characters. Adding a line is a decision: say it in docs/decisions/boundary.md.

English terms are whole words, with or without a plural s; Chinese terms are found anywhere. All are written simplified,
in lower case; `boundary` folds what it reads in the same way.
"""

from enum import StrEnum


class Kind(StrEnum):
    """Why a term is refused."""

    LIST = "list"  # sorts or lists people
    TRAIT = "trait"  # asks who a person is
    TRACE = "trace"  # recognises or follows people
    SCORE = "score"  # scores or ranks people
    LINK = "link"  # finds the same person again


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written with commas."""
    return tuple(word.strip() for word in text.split(","))


TERMS: dict[Kind, tuple[str, ...]] = {
    Kind.LIST: words("""
        重点人员, 重点人口, 重点人群, 重点人管控, 重点青少年, 重点关注对象, 重点管控对象, 重点帮教,
        重点稳控, 重点上访, 特殊人群, 特殊人员, 高危人员, 关注人员, 管控人员, 管控对象, 稳控, 布控,
        帮教对象, 安置帮教, 刑满释放, 刑释, 社区矫正人员, 社区矫正对象, 社矫人员, 社矫对象, 矫正对象,
        服刑人员, 缓刑人员, 解戒人员, 戒毒人员, 吸毒, 涉毒人员, 有前科, 无前科, 前科人员, 前科劣迹,
        前科记录, 前科情况, 犯罪前科, 犯罪记录, 上访户, 上访老户, 信访老户, 上访人员, 缠访, 闹访,
        重复上访人, 非访人员, 涉访人员, 涉军人员, 涉众人员, 涉稳人员, 涉邪人员, 邪教人员, 涉恐人员,
        涉黑人员, 涉疆, 涉藏, 三失人员, 五失人员, 精神病人, 精神病患者, 精神障碍患者, 肇事肇祸, 艾滋病人,
        艾滋病患者, 艾滋病感染者, 黑名单, 失信人员, 失信被执行人, 人员类别, 人员类型, 人员分类, 人员标签,
        人员属性, 人员等级, 人群分类, 人群标签, 实有人口, 流动人口, 暂住人口, 常住人口登记, 人户分离,
        人口台账, 人员台账, 人口信息库, 人口基础库, 一人一档, 人员画像, 人物画像, 居民画像, 群众画像,
        个人画像, 流浪乞讨, 境外人员, 前科类, 是否前科, 刑事前科, 涉毒前科, 信访重点人, 治安重点人, 重点关注人, 重点家庭,
        关注家庭,
        watch list, black list, black listed person, key person, key personnel, key individual,
        key population, key people, person of interest, persons of interest, people of interest,
        target person, targeted person, special population, special group of people, high risk person,
        high risk people, high risk individual, person category, person categories, category of person,
        categories of people, person type, type of person, person tag, person register, register of persons,
        population register, floating population, person profile, criminal record, ex convict, ex offender,
        ex prisoner, released prisoner, former prisoner, drug user, drug addict, repeat petitioner,
        habitual petitioner, serial petitioner, petitioner list, list of petitioners, mental patient,
        mentally ill person, mentally ill people, psychiatric patient, hiv positive person, list of persons,
        persons of concern
    """),
    Kind.TRAIT: words("""
        民族, 宗教, 教派, 信仰, 政治面貌, 党派, 党员身份, 是否党员, 党员名册, 党员名单, 入党时间, 政治表现,
        学历, 教育程度, 文化程度, 户籍, 籍贯, 出身成分, 家庭成分, 种族, 信教群众, 信教人员, 是否信教,
        政审情况, 政审结论, 政审表,
        ethnicity, ethnicities, ethnic, race or colour, racial, religion, religious, faith group,
        political affiliation, political status, political party, party membership, communist party member,
        education level, level of education, educational level, educational attainment,
        educational background, highest education, academic degree, household registration, hukou,
        native place, ancestral home, sexual orientation, highest academic degree,
        member of the communist party, ccp member, ethnic group
    """),
    Kind.TRACE: words("""
        人脸, 刷脸, 面部识别, 人体识别, 步态识别, 声纹, 虹膜, 指纹采集, 指纹库, 指纹比对, 生物识别,
        车牌识别, 车牌抓拍, 车牌比对, 车牌布控, 号牌识别, 人员轨迹, 行动轨迹, 活动轨迹, 个人轨迹, 行踪,
        以图搜人, 人员追踪, 人车核查, 人像比对, 人像识别, 人像检索, 人像抓拍, 人像库, 人员定位, 静态人像,
        聚类人像,
        face recognition, facial recognition, face matching, face search, face id, facial image, face image,
        face print, facial feature, gait recognition, voice print, iris scan, biometric,
        licence plate recognition, license plate recognition, number plate recognition, plate recognition,
        plate reader, anpr, alpr, person tracking, people tracking, track people, track person,
        movement track, whereabouts
    """),
    Kind.SCORE: words("""
        个人信用分, 信用积分, 社会信用分, 社会信用评分, 个人评分, 人员评分, 人员打分, 人员积分, 居民积分,
        村民积分, 家庭积分, 诚信积分, 道德积分, 文明积分, 人员排名, 居民排名, 网格员排名, 网格员积分,
        员工排名, 人员星级, 个人风险等级, 积分排名, 居民信用分, 村民信用分, 居民信用等级, 个人信用等级,
        人员风险等级, 人员风险评分,
        person score, personal score, people score, citizen score, resident score, individual score,
        score of person, score of persons, scores of people, score people, rank people, rank residents,
        ranking of people, resident ranking, citizen ranking, worker ranking, staff ranking, social credit,
        personal credit score, trust score, person risk, personal risk score, risk score of person
    """),
    Kind.LINK: words("""
        同一人, 同人合并, 同人识别, 人员合并, 人员比对, 人员碰撞, 身份证号, 公民身份号码, 公民身份证,
        身份证件号, 身份号码, 当事人证件号, 社保卡号, 社会保障号, 个人证件号, 居民证件号, 跨案查人,
        跨案件查人, 按人查案, 人员检索, 社会保障卡号,
        same person, person match, person matching, merge persons, merge people, person search,
        id card number, id card no, identity card number, identity card no, identity number,
        identification number of person, national id, national identity, citizen id, personal id number,
        party id number, passport number, social security number
    """),
}

# What a question or heading may not be as a whole, though it stands inside ordinary sentences.
LABELS: dict[Kind, tuple[str, ...]] = {
    Kind.LIST: words("""
        前科, 人员名单, 重点人, 常住人口, 外来人口, 外来人员, 流动人员, 闲散人员, 特殊群体, 弱势群体, 重点群体
    """),
    Kind.TRAIT: words("族别, 党籍, 户口性质"),
    Kind.SCORE: words("信用分"),
    Kind.LINK: words("身份证, 证件号, 身份证件, id card, id number, id no"),
}

# What a column, field or heading of an import may not be called: "education" is a matter, a column of that name a fact about
# somebody. Pinyin and its initials are those that such systems use.
NAMES: dict[Kind, tuple[str, ...]] = {
    Kind.LIST: words("heimingdan, zdry, zhongdianrenyuan, tsrq, teshurenqun, rylb, renyuanleibie"),
    Kind.TRAIT: words("""
        户口, 党员, 出身, 成分,
        race, nation, nationality, education, creed, faith, minzu, zongjiao, zongjiaoxinyang, zjxy,
        zhengzhimianmao, zzmm, xueli, whcd, wenhuachengdu, huji, hukou, hujidi, hjdz, jiguan, dangyuan,
        party member
    """),
    Kind.TRACE: words("轨迹, renlian, rlsb, fingerprint"),
    Kind.SCORE: words("credit score"),
    Kind.LINK: words(
        "identity card, sfz, sfzh, sfzhm, zjhm, shenfenzheng, shenfenzhenghao, passport, passport no, ssn"
    ),
}

# Words around a column's own name: party_education_level is education.
OWNERS = frozenset(
    words("""
        party, person, people, resident, citizen, applicant, reporter, contact, owner, user, human,
        individual, petitioner, client, is, has
    """)
)
ENDINGS = frozenset(words("code, no, number, type, level, text, value, name, key, list, kind"))

_NAMED = words("""
    路, 街, 巷, 弄, 大道, 广场, 村, 新村, 社区, 小区, 乡, 镇, 园, 公园, 桥, 苑, 中路, 东路, 西路, 南路,
    北路, 大街, 大厦, 宾馆, 饭店, 小学, 中学, 学校, 学院, 大学, 幼儿园, 医院, 歌舞团, 乐团, 文化宫, 文化馆,
    博物馆, 体育馆, 服饰, 乐器, 工艺, 特色, 团结, 事务
""")

# Phrases that hold a term and are no register: places, offices, premises, services asked for, things that are broken.
ALLOWED = (
    *(f"民族{each}" for each in _NAMED),
    *words("""
        重点人员密集场所, 中华民族, 少数民族乡, 民族自治, 民族宗教事务, 民族宗教局, 民族文化, 宗教活动场所, 宗教场所,
        宗教建筑, 宗教局, 宗教事务, 宗教院校, 宗教团体, 宗教设施, 民族宗教, 户籍窗口, 户籍室, 户籍大厅,
        户籍业务, 户籍办理, 户籍证明, 户籍迁移, 户籍咨询, 户籍政策, 户籍服务, 学历认证, 学历证书, 学历证明,
        学历提升, 学历教育, 学历史, 学历程, 学历来, 流动人口子女, 流动人口服务, 同一人行, 不得为同一人,
        不能是同一人, 不是同一人, 并非同一人, 非同一人, 呼吸毒,
        分布控, 公布控, 发布控, 平稳控, 沉稳控, 黑名单企业, 企业黑名单, 单位黑名单,
        商户黑名单, 市场主体黑名单, 供应商黑名单, 产品黑名单, 域名黑名单, ip黑名单, 精神障碍患者救助,
        精神障碍患者补助, 精神障碍患者监护补助, 精神障碍患者医疗救助, 精神障碍患者服务, 流浪乞讨人员救助,
        犯罪记录证明, 吸毒气, 吸毒雾, 违规人脸识别, 违法人脸识别, 滥用人脸识别, 强制人脸识别, 强制刷脸,
        人脸部, 车牌识别道闸, 车牌识别故障, 布控球, 布控制, 布控股, 稳控制, 稳控股,
        从业人员分类, 井下人员定位, 隧道人员定位, 职业健康监护档案一人一档,
        职业健康档案一人一档, 从业人员一人一档, 特种作业人员一人一档, 安全培训一人一档, 作业人员台账,
        从业人员台账, 民主党派, 学历年, 学历届, 学历任, 学历经, 学历时, 学历次, 同一人防, 同一人工,
        同一人民, 流浪乞讨救助, 境外人员服务, 社区矫正管理局, 流动人员档案托管, 流动人员档案管理服务, 学生档案,
        渣土车辆轨迹, 作业车辆轨迹, 环卫车辆轨迹, 公交车辆轨迹, 运输车辆轨迹, 群众评分, 群众打分,
        unified social credit, religious site, religious venue, religious building, religious premises,
        religious affairs, religious facility, religious facilities, ethnic affairs, ethnic township,
        ethnic and religious affairs, household registration office, household registration service,
        household registration window, household registration certificate,
        certificate of no criminal record, black list of companies, black list of enterprises,
        company black list, supplier black list, not the same person, unlawful face recognition,
        illegal face recognition, forced face recognition, plate recognition barrier,
        hukou village, academic degree certificate, not be the same person, never the same person
    """),
)

# Traditional and variant characters of the terms above, each before its simplified form.
SIMPLIFIED = {
    ord(pair[0]): pair[1]
    for pair in words("""
        業业, 個个, 為为, 爲为, 樂乐, 鄉乡, 書书, 產产, 會会, 眾众, 衆众, 體体, 黨党, 關关, 軍军, 別别,
        務务, 動动, 醫医, 區区, 華华, 單单, 歷历, 曆历, 廳厅, 廈厦, 發发, 號号, 員员, 諮咨, 團团, 園园,
        圖图, 場场, 聲声, 復复, 複复, 學学, 實实, 審审, 宮宫, 賓宾, 對对, 屬属, 幫帮, 並并, 廣广, 庫库,
        應应, 強强, 錄录, 態态, 戶户, 戸户, 執执, 護护, 敎教, 數数, 無无, 時时, 暫暂, 標标, 橋桥, 檔档,
        氣气, 滿满, 點点, 現现, 畫画, 療疗, 監监, 矯矫, 碼码, 礎础, 礙碍, 禍祸, 離离, 種种, 積积, 穩稳,
        窓窗, 築筑, 簽签, 籤签, 類类, 級级, 紋纹, 結结, 統统, 緩缓, 纏缠, 網网, 臉脸, 藝艺, 營营, 補补,
        規规, 認认, 討讨, 記记, 設设, 訪访, 證证, 評评, 識识, 誠诚, 詢询, 賬账, 帳账, 質质, 貫贯, 蹤踪,
        軌轨, 遷迁, 違违, 跡迹, 蹟迹, 釋释, 鎮镇, 間间, 閘闸, 鬧闹, 險险, 風风, 飯饭, 飾饰, 館馆, 臺台,
        檯台, 兒儿, 況况, 辦办, 當当, 採采, 車车, 獨独, 殘残, 貧贫, 難难, 婦妇, 農农, 問问, 題题, 異异, 輛辆,
        來来, 隨随, 專专, 舉举, 們们, 協协, 勢势, 週周, 國国, 師师, 幹干, 願愿, 報报, 據据, 檢检, 紅红, 績绩, 綜综, 職职, 視视,
        覽览, 論论, 訴诉, 資资, 賦赋, 閒闲, 閑闲, 項项, 駛驶, 騎骑, 齡龄, 冊册, 証证, 羣群, 佈布, 環环, 衛卫, 運运, 輸输
    """)
}
