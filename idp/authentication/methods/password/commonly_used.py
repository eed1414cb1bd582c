"""Words that guessing begins with: common passwords and their parts, in the squeezed form of `guessing.squeeze`.

Short entries matter as parts: with fifteen characters to fill, people join and repeat what they know.
"""

_ENGLISH = """
password passwords passw0rd passwort p4ssword passphrase pass word pwd secret letmein welcome login signin admin
administrator root user guest test testing tester default changeme change temp temporary access master superman batman
spiderman ironman starwars pokemon naruto dragon monkey tiger lion eagle falcon phoenix shadow ninja hunter killer
soldier ranger princess prince queen king angel angels devil heaven sunshine moonlight starlight rainbow flower
flowers butterfly summer winter autumn spring january february march april june july august september october november
december monday tuesday wednesday thursday friday saturday sunday morning night today tomorrow forever always never
iloveyou ilove loveyou love lover lovely lovers mylove baby babygirl babyboy honey sweet sweetheart darling kiss hello
hellokitty goodbye football baseball basketball soccer hockey tennis liverpool arsenal chelsea barcelona realmadrid
manchester united juventus ronaldo messi mustang ferrari porsche mercedes yamaha honda toyota harley corvette computer
internet google facebook instagram twitter youtube tiktok zalo microsoft windows apple iphone samsung android nokia
gmail yahoo hotmail outlook server database network system security secure account cookie chocolate coffee banana
orange cheese pepper ginger jordan michael jennifer jessica michelle daniel thomas charlie robert andrew joshua
matthew george anthony ashley nicole amanda maggie buster jasmine william jackson taylor whatever trustno1 nothing
freedom please thankyou merlin maverick matrix gandalf warcraft minecraft roblox league legends counterstrike
playstation nintendo mario blink182 qazwsx zaqxsw asdf zxcv qwer asdfgh zxcvbn qwerty qwertz azerty qwerty123 abc123
a1b2c3 abcd1234 1q2w3e4r 1q2w3e4r5t q1w2e3r4 1qaz2wsx zaq12wsx fuckyou fuck money lucky dollar million family mother
father brother sister friend friends correcthorsebatterystaple tobeornottobe openthedoor thisismypassword mypassword
yourpassword newpassword oldpassword thequickbrownfox onceuponatime maytheforcebewithyou myname blessed jesus
jesuschrist christ buddha
"""

_VIETNAMESE = """
matkhau matkhaumoi matkhaucu matkhaucuatoi dangnhap dangky taikhoan xinchao khongbiet khongcomatkhau khongnho
quenmatkhau anhyeuem emyeuanh toiyeuban yeuem yeuanh yeuban yeunhau yeumai maiyeu maimai mottinhyeu tinhyeu tinhban
tinhdau nguoiyeu vochong chongyeu voyeu conyeu conyeucuame meyeu boyeu bome giadinh giadinhtoi hanhphuc binhan
maymanphatloc phatloc phattai loc taiphat vannhuy chucmungnammoi nammoi tetnguyendan trungthu quehuong datnuoc tuquoc
toquoc vietnam vietnamvodich vietnamoi vodich toiyeuvietnam yeuvietnam conghoaxahoi chunghia hochiminh bachho hanoi
hanoimuathu saigon thanhpho thanhphohochiminh danang haiphong cantho hue nhatrang dalat vungtau quangninh nghean
thanhhoa dongnai binhduong namdinh thaibinh bacninh phutho camau kiengiang angiang nguyen tran pham hoang huynh phan
dang bui ngo duong nguyenvan nguyenthi tranvan tranthi levan lethi phamvan phamthi nguyenvana tranvanb anh toi minh
ban cuatoi cuaem cuaanh motconvit conmeo concho conga conlon conbo convit hoahong hoasen hoamai hoadao matroi mattrang
bautroi bienxanh muathu muaxuan muadong muahe motngaymoi ngaymai homnay homqua mothaibabon mothaiba mothai sinhnhat
bongda hoanganh hagiang haibabon quangtrung tranhungdao dienbienphu camonban camon sieunhan sieucap dichvu cong ngheo
"""

_SITE = """
dichvucong dichvucongquocgia congdichvucong congdichvucongquocgia quocgia dinhdanh dinhdanhdientu dangnhapmotlan
motcua xacthuc chinhphu botuphap bocongan canuoc cancuoc cancuoccongdan congdan cccd cmnd vneid vnconnect hokhau thue
baohiem baohiemxahoi hanhchinh hanhchinhcong dichvucongtructuyen tructuyen govvn gov sso signon singlesignon national
portal vietnamese publicservice
"""

# Keys that lie side by side and orders everybody knows: any four or more in a row count as one word, both ways.
_FORWARD = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "13579",
    "24680",
)
RUNS: tuple[str, ...] = (*_FORWARD, *(run[::-1] for run in _FORWARD))
WORDS: frozenset[str] = frozenset(f"{_ENGLISH} {_VIETNAMESE} {_SITE}".split())
