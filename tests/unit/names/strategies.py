"""What the property tests of the names room draw from."""

import unicodedata

from hypothesis import strategies as st

REAL = (
    "Нұрбақыт", "نۇرباقىت", "努尔巴合提", "Nurbakhyt", "NUERBAHETI", "Заманбек Қалабайұлы Нұрқаділов",
    "احمەت بايتۇرسىن ۇلى", "ءاليحان بوكەيحان", "ئابدۇللا روزىباقىيېف", "تۇرسۇنگۈل", "Shyńǵys", "S'yn'g'ys",
    "Älihan Nūrmūhamedūly Bökeihan", "Канат Бекмурзаевич Саудабаев", "麦麦提·阿卜杜拉哈吉", "穆罕默德·買買提",
    "Gülnaz Qari", "Oʻtkir Gʻafurov", "Qajyrbek Süleimenow", "Dschingis Aitmatow", "Erkin Sidiq oghli",
    "Иван Петров", "Жәмилә Һашимқызы", "Нурбүбү Абдыкадыр кызы", "Ouzakbaï Karamanov", "Lǚ Xún",
    "Хаджи Мурат", "Мир-Якуб Дулатов", "م.دۋلات ۇلى", "Memet Imam Hajji", "ھۈسەنجان", "Ayşegül Çakır",
)  # fmt: skip

_LETTERS = (
    "абвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяәҗ"
    "abcçdefgğhıijklmnoöpqrsştuüvwxyzäëéñŋūīáóúǵńý"
    "اەېىوۇۆۈۋيئءبپتجچخحدرزژسشعغفقكگڭلمنھ"
    "努尔巴合提买麦艾克江古丽阿不都热依木哈吉汗夫娃吾勒區國馬麗"
)
made_up = st.lists(
    st.text(alphabet=_LETTERS, min_size=1, max_size=9), min_size=1, max_size=4
).flatmap(lambda words: st.sampled_from((" ", "·", "-", ". ")).map(lambda gap: gap.join(words)))
any_text = st.text(max_size=256)
names = st.one_of(st.sampled_from(REAL), made_up)

_PRESENTATION = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEF5), *range(0xFF21, 0xFF5B))
    if len(unicodedata.normalize("NFKC", chr(code))) == 1
}


def in_presentation_forms(text: str) -> str:
    """Write Arabic letters in a shaped compatibility form and Latin ones full-width."""
    return "".join(_PRESENTATION.get(c, c) for c in text)
