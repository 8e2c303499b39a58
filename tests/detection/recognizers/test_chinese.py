"""Names in Chinese sentences: the words around them show where they begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.recognizers.chinese import chinese_names, is_simplified

SENTENCES = [
    "我昨天跟{}聊了很久，他说下个月要结婚了。", "请把合同寄给{}，谢谢。", "{}表示，公司今年将建设新工厂。",
    "法院认为，被告人{}的行为已构成盗窃罪。", "感谢{}医生的悉心治疗。", "听说{}辞职了。", "负责人：{}",
    "会议由{}主持，共有三百人参加。", "“我不知道。”{}说完就走了。", "她和{}是大学同学。",
]  # fmt: skip
WORDS = (
    "公司 今年 建设 工厂 会议 参加 医院 治疗 产品 管理 时间 问题 工作 发展 经济 社会 学校 学生"
    " 城市 国家 方法 系统 数据 高兴 方便 安全 于是 马上 周围 黄色 白天 任何 和平 文明 成为 时候 江山"
    " 金融 万一 石油 水平 华丽 向往 程序 常常"
).split()
family = st.sampled_from(list("王李张刘陈杨赵黄周吴徐孙胡朱林郭罗郑谢韩唐冯邓曹彭肖董袁潘蒋蔡魏薛姚"))
last = st.sampled_from(list("芳敏静丽强磊军洋勇艳杰娟涛霞刚桂玲玉莉婷慧琳佳欣雪梅燕霖瑶"))
names = st.builds("{}{}{}".format, family, st.sampled_from(list("晓建志俊雅思婉佳梓雨海")), last)


@given(st.sampled_from(SENTENCES), names)
def test_a_name_is_found_from_its_beginning_to_its_end(sentence, name):
    text = sentence.format(name)
    assert name in [text[start:end] for start, end in chinese_names(text)]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_words_of_the_language_hold_no_name(words):
    assert list(chinese_names("".join(words))) == []


@given(names, st.sampled_from(["他高兴地回家了", "已经到了"]))
def test_a_name_that_a_text_has_elsewhere_is_found_again(name, behind):
    text = f"患者{name}，男。昨天{name}{behind}。"
    assert [text[start:end] for start, end in chinese_names(text)].count(name) >= 2


def test_a_family_name_alone_needs_a_form_of_address():
    text = "王先生和李女士来了，王国的马路很长"
    assert [text[start:end] for start, end in chinese_names(text)] == ["王", "李"]


@pytest.mark.parametrize("text", ["他去醫院看醫師", "医院へ行く", "", "hello", "電話番号"])
def test_other_languages_are_not_read_as_simplified_chinese(text):
    assert not is_simplified(text)
