"""Letters to the owner of a folder, ready to copy, about problems that only the owner can solve.

LINK stands for the folder's link, TALKS for a list of talks, a line each.
"""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "ru": "Русский", "ko": "한국어"})

LETTERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "share": {
            "en": """\
Subject: Please share the folder of workshop materials by link

Hello,

we would like to keep a copy of the workshop materials in this folder:
LINK
Google says that the folder is not open to us. Could you please change this:
1. Open the folder in Google Drive and choose Share.
2. Under “General access” choose “Anyone with the link”, with the role “Viewer”.
3. Choose Done.
If the folder has moved, please send us the new link.

Thank you very much!
""",
            "ru": """\
Тема: Просьба открыть доступ к папке с материалами семинара

Здравствуйте!

Мы хотели бы сохранить копию материалов семинара из этой папки:
LINK
Сейчас Google сообщает, что доступа к ней у нас нет. Не могли бы Вы его открыть:
1. Откройте папку на Google Диске и нажмите «Поделиться» («Открыть доступ»).
2. В разделе «Общий доступ» выберите «Все, у кого есть ссылка», роль – «Читатель».
3. Нажмите «Готово».
Если папка перенесена, пришлите, пожалуйста, новую ссылку.

Большое спасибо!
""",
            "ko": """\
제목: 워크숍 자료 폴더의 링크 공유를 부탁드립니다

안녕하세요.

아래 폴더에 있는 워크숍 자료의 사본을 보관하고자 합니다.
LINK
그런데 현재 이 폴더에 접근할 수 없습니다. 번거로우시겠지만 다음과 같이 설정해 주시기 바랍니다.
1. Google Drive에서 폴더를 열고 ‘공유’를 누릅니다.
2. ‘일반 액세스’에서 ‘링크가 있는 모든 사용자’를 선택하고, 역할은 ‘뷰어’로 지정합니다.
3. ‘완료’를 누릅니다.
폴더의 위치가 바뀌었다면 새 링크를 보내 주시면 감사하겠습니다.

감사합니다.
""",
        },
        "talks": {
            "en": """\
Subject: Your presentation for the workshop's archive

Dear colleagues,

thank you for your contribution to the workshop. We keep its materials, so that everybody can find them again. The slides of
these talks are not there yet:
TALKS
Could you please put them in this folder, or send them to us?
LINK

Thank you very much!
""",
            "ru": """\
Тема: Ваша презентация для архива семинара

Уважаемые коллеги!

Благодарим Вас за участие в семинаре. Мы храним его материалы, чтобы каждый мог снова их найти. Презентаций следующих
выступлений у нас пока нет:
TALKS
Пожалуйста, добавьте их в эту папку или пришлите нам:
LINK

Большое спасибо!
""",
            "ko": """\
제목: 워크숍 자료 보관을 위한 발표 자료 요청

안녕하세요.

워크숍에 참여해 주셔서 감사합니다. 워크숍 자료를 누구나 다시 찾아볼 수 있도록 보관하고 있습니다. 다음 발표의 자료가
아직 등록되지 않았습니다.
TALKS
아래 폴더에 자료를 올려 주시거나 저희에게 보내 주시기 바랍니다.
LINK

감사합니다.
""",
        },
        "restore": {
            "en": """\
Subject: The folder of workshop materials is in the bin

Hello,

this folder of workshop materials lies in the bin of your Google Drive:
LINK
Google deletes it for good 30 days after it was put there. If that was not intended, please restore it:
open Google Drive, choose Bin on the left, right-click the folder and choose Restore.

Thank you very much!
""",
            "ru": """\
Тема: Папка с материалами семинара находится в корзине

Здравствуйте!

Папка с материалами семинара находится в корзине Вашего Google Диска:
LINK
Через 30 дней после удаления Google сотрёт её окончательно. Если это произошло случайно, восстановите её, пожалуйста:
откройте Google Диск, слева выберите «Корзина», нажмите на папку правой кнопкой мыши и выберите «Восстановить».

Большое спасибо!
""",
            "ko": """\
제목: 워크숍 자료 폴더가 휴지통에 있습니다

안녕하세요.

아래의 워크숍 자료 폴더가 현재 Google Drive 휴지통에 있습니다.
LINK
휴지통에 넣은 지 30일이 지나면 Google에서 폴더를 완전히 삭제합니다. 의도하신 것이 아니라면 복원해 주시기 바랍니다.
Google Drive 왼쪽 메뉴에서 ‘휴지통’을 열고, 폴더를 마우스 오른쪽 버튼으로 누른 뒤 ‘복원’을 선택하시면 됩니다.

감사합니다.
""",
        },
        "download": {
            "en": """\
Subject: A file of the workshop cannot be downloaded

Hello,

one or more files in this folder can be looked at, but not downloaded:
LINK
(please name the files here)
Could you please allow it: open the file, choose Share, then the gear wheel, and tick
“Viewers and commenters can see the option to download, print, and copy”. Or send us the files.

Thank you very much!
""",
            "ru": """\
Тема: Файл семинара нельзя скачать

Здравствуйте!

Некоторые файлы из этой папки можно просмотреть, но нельзя скачать:
LINK
(укажите здесь названия файлов)
Не могли бы Вы это разрешить: откройте файл, нажмите «Поделиться», затем значок шестерёнки, и отметьте, что читатели
и комментаторы могут скачивать, печатать и копировать файл. Или пришлите нам, пожалуйста, сами файлы.

Большое спасибо!
""",
            "ko": """\
제목: 워크숍 파일을 내려받을 수 없습니다

안녕하세요.

아래 폴더에 있는 일부 파일은 볼 수는 있지만 내려받을 수 없습니다.
LINK
(여기에 파일 이름을 적어 주세요)
파일을 열고 ‘공유’를 누른 뒤 톱니바퀴 모양의 설정에서 뷰어와 댓글 작성자의 다운로드, 인쇄, 복사를 허용해 주시거나,
파일을 직접 보내 주시면 감사하겠습니다.

감사합니다.
""",
        },
        "pdf": {
            "en": """\
Subject: A PDF of a large document, please

Hello,

a document in this folder is too large for Google to convert, so we cannot keep a copy of it:
LINK
(please name the document here)
Could you please open it, choose File → Download → PDF document, and put that PDF into the same folder?

Thank you very much!
""",
            "ru": """\
Тема: Просьба добавить PDF большого документа

Здравствуйте!

Один из документов в этой папке слишком велик: Google не может его преобразовать, и мы не можем сохранить копию:
LINK
(укажите здесь название документа)
Не могли бы Вы открыть его, выбрать «Файл» → «Скачать» → «Документ PDF» и положить этот PDF в ту же папку?

Большое спасибо!
""",
            "ko": """\
제목: 용량이 큰 문서의 PDF를 부탁드립니다

안녕하세요.

아래 폴더의 문서 하나가 너무 커서 Google에서 변환되지 않아 사본을 보관할 수 없습니다.
LINK
(여기에 문서 이름을 적어 주세요)
문서를 열고 ‘파일’ → ‘다운로드’ → ‘PDF 문서’를 선택하여 만든 PDF를 같은 폴더에 넣어 주시면 감사하겠습니다.

감사합니다.
""",
        },
        "folder": {
            "en": """\
Subject: The link of the folder, please

Hello,

thank you for the link of the document:
LINK
We would like to keep all materials of the workshop. Could you please send us the link of the folder that holds them,
shared as “Anyone with the link”? (In Google Drive: right-click the folder, Share → Copy link.)

Thank you very much!
""",
            "ru": """\
Тема: Просьба прислать ссылку на папку

Здравствуйте!

Спасибо за ссылку на документ:
LINK
Мы хотели бы сохранить все материалы семинара. Не могли бы Вы прислать ссылку на папку, в которой они лежат, с доступом
«Все, у кого есть ссылка»? (На Google Диске: правой кнопкой мыши по папке, «Поделиться» → «Копировать ссылку».)

Большое спасибо!
""",
            "ko": """\
제목: 폴더 링크를 부탁드립니다

안녕하세요.

문서 링크를 보내 주셔서 감사합니다.
LINK
워크숍의 모든 자료를 보관하고자 하오니, 자료가 들어 있는 폴더의 링크를 ‘링크가 있는 모든 사용자’로 공유하여
보내 주시기 바랍니다. (Google Drive에서 폴더를 마우스 오른쪽 버튼으로 누르고 ‘공유’ → ‘링크 복사’)

감사합니다.
""",
        },
    }
)
