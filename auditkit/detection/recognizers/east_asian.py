"""Names in Chinese characters and in Hangul, in texts that have no spaces between words.

Texts in simplified Chinese are divided into words; see `chinese`. In others a name is a family name with one
or two characters of given names behind it, where the words around it leave no other reading: it stands
between signs, or behind or before a word that stands around people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from auditkit.detection.recognizers.chinese import chinese_names, is_simplified
from auditkit.lexicon import family_names, listed_as_written, vocabulary

_HAN, _KANA, _HANGUL = "\u3400-\u9fff々", "\u3040-\u30ffー", "\uac00-\ud7a3"
_IS_HAN, _IS_HANGUL, _IS_KANA = (re.compile(f"[{letters}]") for letters in (_HAN, _HANGUL, _KANA))
_HONORIFICS = ("さん", "様", "氏", "くん", "ちゃん", "先生")
_KOREAN_FAMILIES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석"
    "선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)


def east_asian_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names stand in a text.

    >>> text = "患者欧阳明月，女，45岁"
    >>> [text[start:end] for start, end in east_asian_names(text)]
    ['欧阳明月']
    """
    if "·" in text or "・" in text:
        yield from (match.span("name") for match in _by_sound().finditer(text))
    if _IS_HAN.search(text):
        yield from chinese_names(text) if is_simplified(text) else _names_between_cues(text)
    if _IS_KANA.search(text):
        yield from (match.span("name") for match in _japanese().finditer(text))
    if _IS_HANGUL.search(text):
        for match in _korean().finditer(text):
            yield match.span("name") if match["name"] else match.span("before")


def _names_between_cues(text: str) -> Iterator[tuple[int, int]]:
    """Yield names in Chinese characters; those with longer given names come first."""
    taken: set[int] = set()
    for given in (3, 2, 1, 0):
        for match in _chinese(given).finditer(text):
            start, end = match.span("name")
            if taken.isdisjoint(range(start, end)) and not _is_ordinary(text, start, end, given):
                taken.update(range(start, end))
                yield start, end


def _is_ordinary(text: str, start: int, end: int, given: int) -> bool:
    """Return whether characters are a part of ordinary words that begin or end like a name."""
    name = text[start:end]
    if given and name.endswith(_HONORIFICS):
        return True
    if any(name[:size] in listed_as_written("HAN_WORDS") for size in (2, 3) if size <= len(name)):
        return given > 0
    if len(name) - given == 1 and not all(character in _given() for character in name[1:]):
        return True
    return start > 0 and text[start - 1 : start + 1] in listed_as_written("HAN_ENDINGS")


@cache
def _given() -> frozenset[str]:
    return frozenset("".join(listed_as_written("HAN_GIVEN")))


@cache
def _families() -> frozenset[str]:
    known = vocabulary("EAST_ASIAN_FAMILY") | family_names()
    return frozenset(name for name in known if all(_IS_HAN.match(character) for character in name))


@cache
def _chinese(given: int) -> re.Pattern[str]:
    """Return names with so many characters behind the family name.

    A family name alone, or with three characters, has more than one character itself.
    """
    one = "".join(sorted(name for name in _families() if len(name) == 1))
    longer = "|".join(sorted((n for n in _families() if len(n) > 1), key=lambda name: (-len(name), name)))
    name = rf"(?:{longer})(?:[{_HAN}]{{{given}}}|[{_KANA}]{{{given}}})"
    if given in (1, 2):
        name += rf"|[{one}][{_HAN}]{{{given}}}"
    behind = rf"(?=$|[^{_HAN}{_KANA}]|{_any_of('HAN_BEHIND')})"
    if not given:
        behind = "(?=さん|様|氏|先生|くん|ちゃん)"
    return re.compile(rf"{_before()}(?P<name>{name}){behind}", re.MULTILINE)


@cache
def _by_sound() -> re.Pattern[str]:
    """Return foreign names, written by their sound, with a point between given and family name."""
    name = (
        rf"[{_HAN}]{{2,6}}(?:[·・][{_HAN}]{{1,7}}?){{1,3}}?(?=$|[^{_HAN}·・]|{_any_of('HAN_BEHIND')})"
        rf"|[{_KANA}]{{2,8}}(?:[·・][{_KANA}]{{2,9}}){{1,3}}"
    )
    return re.compile(rf"{_before()}(?P<name>{name})", re.MULTILINE)


def _before() -> str:
    return rf"(?:(?<![{_HAN}{_KANA}])|(?:{_any_of('HAN_BEFORE')})(?:[:： 、]|是|为)?)"


@cache
def _korean() -> re.Pattern[str]:
    """Return names of three syllables behind or before words that stand around people."""
    name = rf"[{_KOREAN_FAMILIES}][{_HANGUL}]{{2}}"
    end = rf"(?![{_HANGUL}])"
    behind = rf"(?:{end}|(?=(?:{_any_of('HANGUL_BEHIND')}){end}))"
    announced = rf"(?:{_any_of('HANGUL_BEFORE')})(?:은|는|이|가)?[:： ]{{1,3}}(?P<name>{name}){behind}"
    titles = rf"(?:{_any_of('HANGUL_TITLE')})(?:{_any_of('HANGUL_PARTICLE')})?{end}"
    introduced = rf"(?:(?<=나는 )|(?<=저는 )|(?<=사는 )|(?<=이름은 )){name}(?=입니다|이라고|이고|이며)"
    called = rf"{name}(?= ?{titles})|{introduced}"
    return re.compile(rf"{announced}|(?<![{_HANGUL}])(?P<before>{called})")


@cache
def _japanese() -> re.Pattern[str]:
    """Return a Japanese family name, with or without a given name, before words that stand behind people."""
    families = "|".join(sorted((n for n in _families() if len(n) > 1), key=lambda name: (-len(name), name)))
    given = rf"[{_HAN}]{{1,3}}?|[\u3041-\u3096]{{2,4}}?|[\u30a1-\u30fa\u30fc]{{2,5}}?"
    return re.compile(
        rf"(?<![{_HAN}])(?P<name>(?:{families})(?:[ \u3000]?(?:{given}))?)(?={_any_of('KANA_BEHIND')})"
    )


def _any_of(kind: str) -> str:
    return "|".join(sorted(map(re.escape, listed_as_written(kind)), key=lambda word: (-len(word), word)))
