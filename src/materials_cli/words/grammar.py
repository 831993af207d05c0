"""Words of grammar and of asking, which say little about what is looked for: "who", "about", "slides", "о", "에 대해". Pure.

They are written as people type them, in the languages of the region, and compared in their folded form. A word in capitals
is none of them, nor one that begins with a capital in the middle of a query: WHO, IT and Li Na are names.
"""

import re
from functools import cache

from materials_cli.words.fold import fold

_WORDS = {
    "en": """a an the this that these those it its there here and or but if then than so as of in on at by for from to
        into onto with without within about over under between through during after before against per via is are was
        were be been being am do does did done has have had having can could may might must shall should will would
        not no nor all any some every each both either neither other such only also just very more most much many who
        whom whose what which when where why how i me my we us our you your he him his she her they them their
        anything something everything anyone someone show tell give find get see look looking search need want please
        say says said speak speaks spoke spoken talk talks talked mention mentions mentioned describe describes
        described cover covers covered explain explains regarding concerning slide slides presentation presentations
        deck decks document documents file files page pages""",
    "ru": """и а но или если то что чтобы как так же ли бы не ни в во на за под над из от до по с со у к ко о об обо
        про при для без через между после перед время это этот эта эти этого этой этом тот та те того той тех он она
        оно они его её ее их ему ей им мы нас нам вы вас вам я мне меня мой моя наш ваш все всё весь вся всех кто кого
        кому кем чего чему чем какой какая какое какие каких какую каком где куда откуда когда почему зачем сколько
        который которая которое которые есть был была было были быть будет можно нужно надо может могут говорится
        говорил говорила говорили рассказывал рассказали написано сказано сказал упоминается найти найди покажи
        показать ищу делает делать слайд слайды слайде слайдах презентация презентации презентацию документ документы
        файл файлы страница""",
    "ko": """에 대해 대한 대하여 관한 관해 관련 관련된 및 와 과 의 은 는 이 가 을 를 에서 으로 로 그 저 이것 그것 무엇
        무엇인가요 무엇입니까 뭐 뭐라고 뭔가요 누구 누가 누구에게 언제 어디 어디에 어디서 어느 어떤 어떻게 왜 몇
        있나요 있습니까 있는 있다 있어요 없는 되나요 됩니까 되어 되어있나요 하나요 합니까 하는 했나요 찾아줘
        찾아주세요 보여줘 보여주세요 알려줘 알려주세요 내용 자료 슬라이드 슬라이드는 발표 발표자료 문서 파일 페이지""",
    "kk": """және мен бен пен немесе не ма ме ба бе па пе да де та те үшін туралы жөнінде жайлы бойынша арқылы дейін
        кейін бұрын бұл осы сол ол олар біз сіз оның олардың кім кімдер кімді кімнің нені қандай қай қайсы қайда қашан
        қалай неге қанша бар жоқ болады бола ала алады керек айтылған айтқан жазылған сөйледі көрсет тап слайд слайды
        слайдтар құжат файл""",
    "ky": """жана менен же эле да де үчүн жөнүндө тууралуу боюнча аркылуу чейин кийин мурун бул ушул ал алар биз сиз
        мен анын алардын ким кимдер кимди кимде эмне эмнени кандай кайсы кайда жерде качан кантип эмнеге канча бар
        барбы жок болот керек айтылган жазылган сүйлөдү көрсөт тап слайд слайдды документ файл""",
    "uz": """va bilan yoki ham uchun haqida toʻgʻrisida boʻyicha orqali qadar keyin oldin bu shu u ular biz siz men
        uning ularning kim kimlar kimni kimda kimning nima nimani qanday qaysi qayerda qachon nega nechta qancha
        qanaqa bor bormi yoʻq boʻladi kerak mumkin emas mi aytilgan deyilgan yozilgan gapirdi koʻrsat top slayd
        slaydlar hujjat fayl ва билан ёки ҳам учун ҳақида тўғрисида бўйича орқали бу шу у улар биз сиз ким кимлар нима
        қандай қайси қаерда қачон нега қанча бор борми йўқ керак мумкин эмас айтилган дейилган ёзилган слайд ҳужжат""",
    "tg": """ва ё дар бо ба аз то барои бораи оид роҷеъ ки ҳам на ин он онҳо мо шумо ман ӯ кӣ кист киро чӣ чист чиро
        кадом куҷо куҷост кай тавр чаро чанд ҳаст аст нест буд мешавад метавонад мумкин лозим гуфта шудааст навишта
        ёфтан слайд слайдҳо ҳуҷҷат файл""",
    "hy": """և եւ ու կամ որ թե եթե ի ից մեջ վրա համար մասին վերաբերյալ միջև հետո առաջ սա այս այդ այն դա նա նրանք մենք
        դուք ես իր նրա ով ովքեր ում ինչ ինչը ինչու ինչպես որը որտեղ երբ քանի որքան է են էր էին կա կան չկա լինի կարող
        պետք ասվում գրված ասել խոսել գտնել ցույց սլայդ սլայդը սլայդներ փաստաթուղթ ֆայլ էջ""",
    "ka": """და ან თუ რომ მაგრამ არ არა აქ იქ ეს ის ისინი ჩვენ თქვენ მე მისი მათი შესახებ თაობაზე მიერ შორის შემდეგ
        მანამდე ვინ ვის ვისი რა რას რაა რატომ როგორ რომელი რომელ სად საიდან როდის რამდენი არის არიან იყო აქვს აქვთ
        შეუძლია შეუძლიათ შეიძლება უნდა წერია ნათქვამია ილაპარაკა მოძებნე მაჩვენე სლაიდი სლაიდები დოკუმენტი ფაილი
        გვერდი""",
    "az": """və ilə ya yaxud ki də da üçün haqqında barədə üzrə görə kimi qədər sonra əvvəl bu o onlar biz siz mən
        onun onların kim kimlər kimə kimin nə nəyi nələr necə hansı harada haradadır vaxt niyə neçə var varmı yox olar
        ola bilər lazımdır deyilir deyilib yazılıb danışdı göstər tap slayd slaydlar sənəd fayl səhifə""",
    "mn": """ба болон буюу эсвэл бол нь л ч юм тухай талаар дээр доор дотор хооронд дараа өмнөх энэ тэр эдгээр тэд бид
        та би түүний тэдний хэн хэнийг хэнд хэний юу юуг ямар аль хаана хэзээ яаж хэрхэн яагаад хэд хэдэн вэ бэ уу үү
        байна бий байгаа байсан болно болох ёсгүй хэрэгтэй гэж гэсэн бичсэн хэлсэн ярьсан ол харуул слайд баримт файл
        хуудас""",
    "bn": """এবং ও আর বা অথবা কিংবা যে যদি না কি কী কে কারা কার কাকে কোন কোথায় কখন কেন কীভাবে কিভাবে কত কতটি এই এ ঐ সে
        তারা তার তাদের আমরা আমি আপনি জন্য থেকে দিয়ে নিয়ে সম্পর্কে বিষয়ে উপর মধ্যে পরে আগে আছে আছেন ছিল হয় হয়েছে হবে করা
        করতে যায় পারে পারেন লেখা বলা বলেছেন দেখাও খুঁজুন স্লাইড নথি ফাইল পৃষ্ঠা""",
    "km": """តើ តើមាន តើអ្វី អ្វី អ្វីខ្លះ ណា នៅ នៅឯណា អ្នកណា នរណា ពេលណា យ៉ាងណា យ៉ាងដូចម្ដេច ហេតុអ្វី ប៉ុន្មាន អំពី ស្ដីពី ដែល
        និង ឬ ជា មាន គឺ របស់ សម្រាប់ ពី ក្នុង ដោយ ទៅ មក នេះ នោះ បាន ស្លាយ ទំព័រ ឯកសារ""",
    "lo": """ຫຍັງ ແມ່ນຫຍັງ ແມ່ນ ໃຜ ໃສ ຢູ່ໃສ ຢູ່ ເມື່ອໃດ ແນວໃດ ຈັ່ງໃດ ເປັນຫຍັງ ຍ້ອນຫຍັງ ເທົ່າໃດ ກ່ຽວກັບ ວ່າດ້ວຍ ແລະ ຫຼື ທີ່ ມີ ຂອງ
        ສຳລັບ ຈາກ ໃນ ໂດຍ ນີ້ ນັ້ນ ສະໄລ້ ໜ້າ ເອກະສານ""",
    "tl": """ang ng nang na sa at o ay mga si ni kay ito iyan iyon siya sila kami tayo ako ikaw kayo niya nila para
        tungkol mula hanggang kung dahil hindi wala may mayroon sino kanino ano anong alin aling saan nasaan kailan
        bakit paano ilan gaano sinasabi sinabi maaari maaaring ipakita hanapin slide dokumento""",
    "id": """dan atau yang di ke dari untuk dengan pada dalam tentang mengenai oleh adalah ada tidak ini itu mereka
        kami kita saya anda dia siapa apa apakah mana kapan mengapa kenapa bagaimana berapa tunjukkan cari slide
        halaman dokumen""",
    "vi": """và hoặc của ở trong trên với về từ đến cho bởi là có không này đó ai gì nào đâu khi tại sao thế như bao
        nhiêu trang tài liệu""",
}  # fmt: skip


def is_grammar(raw: str, *, first: bool = False) -> bool:
    """Whether a word, as it was typed, says little about what is looked for. first: it is the first of the query."""
    name = not raw.islower() and raw.lower() != raw.upper() and not (first and raw.istitle())
    return not name and fold(raw) in _folded()


def without_asking(run: str) -> list[str]:
    """The parts of a folded run of a script without spaces that are left when its words of asking are cut out."""
    return [part for part in _asking_in_runs().split(run) if part]


@cache
def _folded() -> frozenset[str]:
    return frozenset(fold(word) for words in _WORDS.values() for word in words.split())


@cache
def _asking_in_runs() -> re.Pattern[str]:
    """The words of asking in Khmer and Lao, the longest first; a short one may be a part of any word, so none is in here."""
    words = {fold(word) for language in ("km", "lo") for word in _WORDS[language].split()}
    return re.compile("|".join(sorted((word for word in words if len(word) >= 4), key=len, reverse=True)))
