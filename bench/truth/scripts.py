"""Words in eight scripts and habits, by way of plain sounds. Rough on purpose: as clerks do it.

Sounds are one letter each: a ä e ı i o ö u ü b v g ğ d j z y k q l m n ñ p r s t w f x h ş ç.
Conventions followed: Kazakh Cyrillic; Russian clerks (who drop the Kazakh letters); Kazakh Arabic (töte
jazu, 1924, with the hamza of front words); Kazakh Latin of 2021; English letters as passports have them;
Uyghur Arabic; Uyghur Latin (ULY 2008); Hanzi by the syllables usual for names in Xinjiang.
"""

import re
from collections.abc import Mapping
from random import Random

_FROM_CYRILLIC = dict(
    zip(
        "абвгғдеёжзийкқлмнңопрстуфхһцчшщъыіьэюя",
        "a b v g ğ d e yo j z i y k q l m n ñ o p r s t u f x h s ç ş ş _ ı i _ e yu ya".split(),
        strict=True,
    )
) | {"ә": "ä", "ө": "ö", "ұ": "u", "ү": "ü", "ғ": "ğ", "ў": "w", "җ": "j"}
_FROM_UYGHUR = dict(
    zip(
        "ابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە",
        "a b p t j ç x d r z j s ş ğ f q k g ñ l m n h o u ö ü w e i y ä".split(),
        strict=True,
    )
)
_FROM_LATIN = (
    *(("shch", "ş"), ("dzh", "j"), ("zh", "j"), ("sh", "ş"), ("ch", "ç"), ("kh", "x")),
    *(("gh", "ğ"), ("ph", "f"), ("th", "t"), ("ng", "ñ"), ("ya", "ya"), ("yu", "yu"), ("ck", "k")),
)
_PLAIN_LATIN = {"c": "k", "q": "q", "v": "v", "w": "w", "x": "ks", "y": "y", "é": "e", "ë": "e"}

_KAZAKH = {
    **dict(zip("aäeıioöuü", ("а", "ә", "е", "ы", "і", "о", "ө", "ұ", "ү"), strict=True)),
    **dict(zip("bvgğdjzykqlmnñ", "бвгғджзйкқлмнң", strict=True)),
    **dict(zip("prstwfxhşç", "прстуфххшч", strict=True)),
}
_RUSSIAN = _KAZAKH | dict(zip("äıiöuüğqñxh", "аыиоууг" + "кнхх", strict=True))
_UYGHUR = dict(zip("aäeıioöuü", "اەېىىوۆۇۈ", strict=True)) | dict(
    zip("bvgğdjzykqlmnñprstwfxhşç", "بۋگغدجزيكقلمنڭپرستۋفخھشچ", strict=True)
)
_TOTE = dict(zip("aäeıioöuü", "اأەىىووۇۇ", strict=True)) | dict(
    zip("bvgğdjzykqlmnñprstwfxhşç", "بۆگعدجزيكقلمنڭپرستۋفححشچ", strict=True)
)
_TOTE["ä"] = "ا"
_LATIN_2021 = {sound: sound for sound in "aäeıioöbvgğdjzyklmnñprstfh"} | {
    "u": "ū",
    "ü": "ü",
    "q": "q",
    "w": "u",
    "x": "h",
    "ş": "ş",
    "ç": "ch",
}
_ULY = dict(zip("aäeıioöuü", ("a", "e", "ë", "i", "i", "o", "ö", "u", "ü"), strict=True)) | dict(
    zip(
        "bvgğdjzykqlmnñprstwfxhşç",
        "b w g gh d j z y k q l m n ng p r s t w f x h sh ch".split(),
        strict=True,
    )
)
_ENGLISH = {
    **dict(zip("aäeıioöuü", "aaeyioouu", strict=True)),
    **dict(
        zip(
            "bvgğdjzykqlmnñprstwfxhşç",
            "b v g g d zh z y k k l m n n p r s t u f kh h sh ch".split(),
            strict=True,
        )
    ),
}
_HABITS_IN_ENGLISH: tuple[Mapping[str, str], ...] = (
    {},
    {"j": "j", "ı": "i", "x": "h", "q": "q", "ğ": "gh", "ñ": "ng"},
    {"ä": "e", "j": "j", "q": "q", "ğ": "gh", "x": "kh", "ı": "i", "w": "w"},
    {"j": "dzh", "ñ": "ng", "ı": "y"},
)

_VOWELS = "aäeıioöuü"
# Initial and vowel, in the order a ä e ı i o ö u ü; two characters where habits differ.
_HANZI = {
    "": "阿 艾 埃 厄 伊/依 奥/吾 欧 乌 玉/于",
    "b": "巴 拜 别 比 比/毕 博/波 波 布 布",
    "p": "帕 派 佩 皮 皮 波 波 普 普",
    "v": "瓦 外 维 维 维 沃 沃 吾 吾",
    "w": "瓦 外 维 维 维 沃 沃 吾/武 吾",
    "m": "马/玛 买/麦 麦/梅 米 米 莫 莫 穆/木 木",
    "f": "法 法 菲 菲 菲 福 福 夫 夫",
    "d": "达 代 德/迭 德 迪/地 多 多 都/杜 都",
    "t": "塔 泰 铁/特 特 提 托 托/吐 图/吐 图",
    "n": "纳/那 乃 涅/内 尼 尼 诺 诺 努 努/女",
    "l": "拉 来 列/勒 勒 力/利 洛/罗 洛 鲁/卢 吕",
    "r": "热/拉 热 热/列 热 日/里 若/罗 若 茹/鲁 茹",
    "g": "嘎/加 盖 格 格 吉 戈/高 高 古 古",
    "ğ": "阿/哈 盖 格 格 依/黑 沃/郭 郭 乌/呼 乌",
    "k": "卡 凯/开 克 克 克/基 科 阔 库 库/曲",
    "q": "卡/喀 卡 克 克 克/其 科/阔 阔 库 库",
    "x": "哈 海 赫/黑 黑 希/黑 霍 霍 胡 胡",
    "h": "哈/阿 海/艾 赫/黑 黑 希/依 霍/吾 霍 胡/吾 胡",
    "j": "加/扎 杰 杰/叶 吉 吉 焦/卓 卓 朱/居 居",
    "ş": "沙/夏 夏 谢 西 希/西 肖/绍 肖 舒/肖 许",
    "ç": "恰 恰 切 其 奇/其 乔 乔 楚/曲 曲",
    "s": "萨/沙 赛 赛/色 斯 西/斯 索 索 苏/素 苏",
    "z": "扎/孜 再/则 则 孜 孜/子 佐/左 佐 祖/孜 祖",
    "y": "亚/牙 亚 叶/耶 依 依/伊 约/尧 约 尤/玉 玉",
}
_FINAL = {
    **dict(zip("bpmfvdtnñ", "卜 普 木/姆 甫 夫 德 提/特 恩 恩".split(), strict=True)),
    **dict(zip("lrgkğqhx", "力/勒 尔/热 格 克 格 克 赫/合 赫".split(), strict=True)),
    **dict(zip("jşçszyw", "吉 什/西 奇 斯 孜/兹 依/伊 吾/夫".split(), strict=True)),
}
_NASAL = dict(
    part.split("=")
    for part in (
        "lan=兰 jan=江 han=汗 xan=汗 man=曼 dan=丹 tan=坦 san=山 şan=山 ran=然 gan=甘 kan=坎 "
        "qan=坎 ğan=干 nan=南 yan=彦 ban=班 zan=赞 çan=强 an=安 bin=宾 din=丁 min=明 lin=林 "
        "in=因 sin=辛 zin=津 rin=仁 gin=金 kin=金 men=门 ben=本 ken=肯 len=连 ren=仁 sen=森 "
        "tin=廷 nin=宁 mun=蒙 bun=本 dun=敦 tun=吞 kun=昆 sun=孙 lun=伦 bek=别克 bäk=拜克 "
        "ğul=古丽 gul=古丽 gül=古丽 nur=努尔 bay=拜 bäy=拜 ay=阿依 mät=买提 xun=洪 däm=代木"
    ).split()
)


def to_sounds(word: str, lang: str) -> str:
    """Return a word's sounds as far as its letters tell, "" for Hanzi and what isn't known."""
    text = word.lower()
    if lang.endswith("Cyrl"):
        return _read_letters(text, _FROM_CYRILLIC)
    if lang == "ug-Arab":
        return _read_letters(text.replace("ئ", ""), _FROM_UYGHUR)
    if lang.endswith("Latn"):
        for written, sound in _FROM_LATIN:
            text = text.replace(written, sound)
        return _read_letters(text, _PLAIN_LATIN | {c: c for c in _VOWELS + "bvgğdjzyklmnñprstfhşç"})
    return ""


def _read_letters(text: str, table: Mapping[str, str]) -> str:
    sounds = "".join(table.get(letter, "") for letter in text).replace("_", "")
    return re.sub(rf"(?<=[{_VOWELS}])u(?=[{_VOWELS}]|$)", "w", sounds)


def write(sounds: str, habit: str, rng: Random) -> str:
    """Write sounds in a habit: a tag such as `kk-Arab`, or `pinyin`'s Hanzi under `zh-Hans`.

    Returns "" where the habit can't write them.
    """
    if habit == "zh-Hans":
        return _write_hanzi(sounds, rng)
    if habit in ("kk-Cyrl", "ru-Cyrl"):
        return _write_cyrillic(sounds, _KAZAKH if habit == "kk-Cyrl" else _RUSSIAN)
    if habit == "ug-Arab":
        body = "".join(_UYGHUR.get(sound, "") for sound in sounds)
        return ("ئ" if sounds[:1] in _VOWELS else "") + body if body else ""
    if habit == "kk-Arab":
        return _write_tote(sounds)
    if habit == "en-Latn":
        table = _ENGLISH | rng.choice(_HABITS_IN_ENGLISH)
    else:
        table = {"kk-Latn": _LATIN_2021, "ug-Latn": _ULY}[habit]
    return "".join(table.get(sound, "") for sound in sounds).capitalize()


def _write_cyrillic(sounds: str, table: Mapping[str, str]) -> str:
    text = "".join(table.get(sound, "") for sound in sounds)
    for plain, joined in (("йа", "я"), ("йу", "ю"), ("йұ", "ю"), ("йо", "ё")):
        text = text.replace(plain, joined)
    return text.capitalize()


def _write_tote(sounds: str) -> str:
    text = "".join(_TOTE.get(sound, "") for sound in sounds)
    front = any(sound in "äiöü" for sound in sounds) and not any(s in "ekg" for s in sounds)
    return ("ء" if front else "") + text


def _write_hanzi(sounds: str, rng: Random) -> str:
    written, rest = "", sounds
    while rest:
        size = next(
            (n for n in (3, 2) if rest[:n] in _NASAL and rest[n : n + 1] not in tuple(_VOWELS)), 0
        )
        if size:
            written, rest = written + _NASAL[rest[:size]], rest[size:]
            continue
        initial = "" if rest[0] in _VOWELS else rest[0]
        vowel = rest[len(initial) : len(initial) + 1]
        if vowel and vowel in _VOWELS and initial in _HANZI:
            choices = _HANZI[initial].split()[_VOWELS.index(vowel)]
            written, rest = written + rng.choice(choices.split("/")), rest[len(initial) + 1 :]
        else:
            written += rng.choice(_FINAL.get(rest[0], "").split("/"))
            rest = rest[1:]
    return written
