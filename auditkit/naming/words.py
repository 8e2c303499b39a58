"""Words that show whether a name is that of a person."""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
    aaron abdul adam adrian ahmed aisha alan albert alejandro alessandro alexander alexandra alice alicia
    alison amanda amina amy ana andrea andreas andrew angela anita anja ann anna anne annette anthony
    antonio arthur ashley barbara beatrice benjamin bernd birgit bjorn björn brandon brenda brian bruno
    camille carla carlos carmen carol caroline catherine chantal charles christian christina christine
    christoph christopher claire claudia cynthia daniel daniela david deborah denise dennis diana diego
    dieter dimitri dmitri dominique donald donna dorothy douglas edward eleanor elena elizabeth emily emma
    enrique eric erik esther eva fatima felix fernando francesca françois franz frederic gabriela gary
    george gerald giovanni giulia giuseppe gregory guillaume gustav hannah hans harold hassan heather
    heidi heinrich heinz helen helena helga hélène henry hiroshi ibrahim ignacio ines ingrid irene isabel
    isabelle ivan jacob jacqueline jacques james jan jane janet janice jason javier jean jeffrey jennifer
    jeremy jessica joan joanna johan johann john jonas jonathan jorge josé jose joseph joshua joyce juan
    juanita judith julia julie jürgen juergen justin karen karin karl katarzyna katherine kathleen kathryn
    keith kenneth kevin khalid kimberly klaus kristin kumar kurt lars laura lauren laurent lawrence leila
    leon lena linda lisa louis louise luca lucas lucia lucy luigi luis lukas magdalena manuel manuela
    marco margaret margarita maria maría marianne marie mario marta martha martin martina mary matteo
    matthew matthias melissa michael michel michelle miguel mohamed mohammad mohammed monica monika
    muhammad nancy natalia natalie nathan nicholas nicolas nicole nikolai nina nora olga oliver olivia
    omar oscar pamela paolo pascal patricia patrick paul paula pauline pedro peter petra philip philippe
    pierre pilar piotr priya rachel rafael rajesh ralph ramon raymond rebecca renate renée ricardo richard
    robert roberto roger roland ronald rosa roxanne ruth ryan sabine salvatore samantha samuel sandra sara
    sarah sebastian sergei sergio sharon silvia simon simone sofia sophia sophie stefan stefano stephanie
    stephen steven susan susanne suzanne sven svetlana tanja tatiana teresa theodore theresa thierry
    thomas timothy tobias tomasz ulrich ursula valentina valerie vanessa veronica vincent vladimir walter
    werner wilhelm william wolfgang xavier yasmin yolanda yusuf yves yvonne zoe
    """.split()
)
"""Given names that are no ordinary words: `Grace Period`, `Mark Price` and `Max Value` are not people."""
THINGS = frozenset(
    """
    account address age amount balance birthday category city class code comment contract cost count
    country data date day description email fax field file flag group hours id info key label level list
    location mail mobile month name note notes number order orders phone plan price product project rate
    ratio record report result role salary sales score share size source state status sum table tax team
    benz height leone nail pool religion romeo singers word
    test text time title total type url user value visits week weight year
    """.split()
)
"""Words that a family name would rarely be."""
TITLES = frozenset("mr mrs ms dr prof herr frau mme mlle monsieur madame signor signora".split())
"""Titles, without a point, that only a name of somebody follows."""
BEFORE_PLACES = frozenset(
    """
    st saint saints san santa santo sao sankt sant sainte north south east west northern southern eastern
    western new old upper lower grand river lake mount mont monte villa port prince black white al los las
    isla
    """.split()
)
"""Words before the name of a place."""
COUNTRIES = frozenset(
    """
    france georgia jordan chad israel india america ireland england germany spain italy kenya cuba china japan
    scotland holland ville flanders ghazal krone shilling dollar
    """.split()
)
"""Countries and the like that are also listed as names of people."""
CHINESE_FAMILY_NAMES = frozenset("李王张刘陈杨赵吴徐孙郭罗")
"""Those that hardly begin another word."""
OTHER_CHINESE_FAMILY_NAMES = frozenset(
    "周冯馮蒋蔣沈韩韓秦许許吕呂施曹彭鲁魯韦韋唐薛贺賀汤湯郝邵汪毛宋庞龐熊舒项項董梁杜阮蓝藍贾賈江童颜顏林梅盛钟鍾邱骆駱夏蔡樊胡霍"
    "柯卢盧莫丁邓鄧洪崔龚龔邢陆陸翁潘袁姚姜谭譚廖邹鄒魏萧蕭赖賴詹歐欧簡連连劉張陳楊趙吳孫羅黃黄謝谢葉叶蘇苏朱馬马何鄭郑俞卓卫衛"
)
"""Those that begin other words too."""
