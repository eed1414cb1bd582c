"""Words that guessing begins with here, in the squeezed form of `strength.squeeze`; English ones come with zxcvbn.

The site's own words come first: the nearer the beginning, the fewer guesses a word is worth.
"""

_SITE = """
dichvucong dichvucongquocgia congdichvucong congdichvucongquocgia quocgia dinhdanh dinhdanhdientu dangnhapmotlan
motcua xacthuc chinhphu botuphap bocongan canuoc cancuoc cancuoccongdan congdan cccd cmnd vneid vnconnect hokhau thue
baohiem baohiemxahoi hanhchinh hanhchinhcong dichvucongtructuyen tructuyen govvn gov sso signon singlesignon national
portal vietnamese publicservice
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

# Sentences that are famous as passwords: their words alone would not give them away.
_FAMOUS = """
correcthorsebatterystaple tobeornottobe thequickbrownfox onceuponatime maytheforcebewithyou thisismypassword
trustnoone openthedoor
"""

WORDS: tuple[str, ...] = tuple(dict.fromkeys(f"{_SITE} {_VIETNAMESE} {_FAMOUS}".split()))
