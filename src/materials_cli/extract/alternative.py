"""Alternative texts of pictures: which of them an author wrote, and which a program put there, in any language. Pure."""

import re

_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|emf|wmf|svg|eps|bmp|tiff?|webp|heic|mp4|pptx?)\s*$", re.IGNORECASE)
# What cameras, screens and searches for pictures call them.
_TAKEN = re.compile(
    r"(?:IMG|DSC|DSCN|PXL|P)[_-]?\d{3,}\S*$|(?:screenshot|screen shot|снимок экрана|скриншот|whatsapp image)[\s_]*(?:\d|$)"
    r"|(?:image result for|картинки по запросу|результат пошуку зображень|bildergebnis für|résultat de recherche d)|preencoded",
    re.IGNORECASE,
)
# A picture by its number: its name in the list of objects, in the language of the program.
_NUMBERED = re.compile(
    r"(?:picture|image|graphic|photo|figure|shape|object|content placeholder|google shape;\d+;p"
    r"|рисунок|изображение|картинка|объект|зображення|малюнак|сурет|сүрөт|зураг|расм|rasm|şəkil|şekil|resim|surat|suret"
    r"|grafik|bild|imagen?|immagine|imagem|obraz|obrázek|obrázok|slika|afbeelding|billede|bilde|kuva|pilt|attēls|kép|imagine"
    r"|ảnh|hình ảnh|gambar|larawan|그림|图片|圖片|図|სურათი|ნახატი|նկար|պատկեր|រូបភាព|ຮູບພາບ|รูปภาพ|ছবি)\s*\d*\.?$",
    re.IGNORECASE,
)
# How a program that describes pictures ends what it wrote, where it forms no paragraph of its own.
_ENDINGS = re.compile(
    r"description automatically generated|AI[ -]generated content|автоматически созданное описание"
    r"|(?:ИИ|интеллектом),? может быть неверн|сгенерированный ИИ|автоматично згенерований опис"
    r"|automatisch (?:generierte beschreibung|gegenereerde beschrijving)"
    r"|KI-generierte Inhalte|générée? (?:automatiquement|par l.IA)|gene?rad[ao] (?:autom[aá]ticamente|por IA)"
    r"|generata automaticamente|otomatik olarak oluşturul|yapay zeka tarafından|wygenerowany automatycznie"
    r"|자동 생성된 설명|AI가 생성|自動的に生成された|AI ?によって生成|已自动生成|自動產生|AI 生成的内容"
    r"|tạo tự động|secara otomatis",
    re.IGNORECASE,
)
# The same in a paragraph of its own: "automatically", or "AI", in the languages that such programs speak.
_BY_ITSELF = re.compile(
    r"\bautom|автомат|otomati|avtomat|awtomat|αυτόματ|ավտոմատ|ავტომატ|자동|自动|自動|tự động|อัตโนมัติ|ອັດຕະໂນມັດ|ស្វ័យប្រវត្តិ"
    r"|স্বয়ংক্রিয়|স্বয়ংক্রিয়|स्वचालित|худкор|تلقائي|خودکار|אוטומטי|\b(?:AI|KI|IA|ИИ|ШІ|ЖИ)\b|intel\w*gen|intellekt|[иі]нтеллект"
    r"|yapay zek|人工智|trí tuệ nhân tạo|ปัญญาประดิษฐ์|আর্টিফিশিয়াল|কৃত্রিম|արհեստական|ხელოვნურ|зеҳни сунъ",
    re.IGNORECASE,
)
_BEGINNINGS = re.compile(
    # Old programs gave the kind of a shape, then the text that stands in it.
    r"(?:(?:rounded )?(?:rectangle|oval|text box|freeform|autoshape|group):|прямоугольник:|надпись:|группа:"
    r"|изображение выглядит как|изображение, на котором|зображення, що містить|ein bild, das|une image contenant"
    r"|imagen que contiene|immagine che contiene|uma imagem (?:com|contendo)|a picture containing)\s",
    re.IGNORECASE,
)


def is_written_by_hand(alt_text: str, name: str = "") -> bool:
    """Whether an author wrote this alternative text: it is no file name, nor a program's. name: of the picture's shape."""
    text = alt_text.strip()
    if not text or (text == name.strip() and text[-1].isdigit()) or _FILE_NAME.search(text):
        return False
    if _TAKEN.match(text) or _NUMBERED.match(text) or _BEGINNINGS.match(text):
        return False
    before, _, last = text.replace("\r\n", "\n").rpartition("\n\n")
    return not (_ENDINGS.search(text) or (before and _BY_ITSELF.search(last)))
