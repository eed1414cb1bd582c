"""The demonstration people: invented, under numbers that nobody can hold (24th century, unassigned years).

The century digit says 2399 while the birth dates are of today: that is the price of safe numbers, and a reader
of the number may only warn about it.
"""

from portals.simulator.person import Case, Extra, Person, Sex, Status

_M, _F = Sex.MALE, Sex.FEMALE
_PARTS = Extra(in_parts=True)

PEOPLE: tuple[Person, ...] = (
    Person("001899000001", "Nguyễn", "Văn", "Bình", "1990-05-17", _M, Case.ORDINARY, _PARTS),
    Person("001999000002", "Trần", "Thị", "Mai", "1985-11-02", _F),
    Person("079899000003", "Lê", "Hoàng", "Nam", "1978-02-28", _M, Case.ORDINARY, _PARTS),
    Person("048999000004", "Phạm", "Ngọc", "Ánh", "1996-08-19", _F),
    Person("038899000005", "Vũ", "Đức", "Thắng", "1969-12-31", _M, Case.ONE_ENTERPRISE),
    Person("040999000006", "Đỗ", "Thu", "Hương", "2000-02-29", _F),
    Person("092899000007", "Huỳnh", "Tấn", "Phước", "1982-07-07", _M, Case.ONE_ENTERPRISE),
    Person("056999000008", "Bùi", "Khánh", "Ly", "1993-03-08", _F, Case.ONE_ENTERPRISE, _PARTS),
    Person("031899000009", "Ngô", "Quang", "Huy", "1974-09-30", _M, Case.ONE_ENTERPRISE),
    Person("022999000010", "Dương", "Mỹ", "Lệ", "1988-01-15", _F),
    Person("075899000011", "Hồ", "Sỹ", "Nguyên", "1965-06-21", _M),
    Person("096999000012", "Lý", "Kim", "Yến", "1999-10-10", _F),
    Person("001899000013", "Đặng", "Trần", "Đông", "1991-04-04", _M, Case.ACCENTS, Extra(typed_name="Dang Tran Dong")),
    Person(
        "019999000014", "Hoàng", "Thị", "Tuyết", "1987-05-25", _F, Case.ACCENTS, Extra(typed_name="Hoang Thi Tuyet")
    ),
    Person(
        "036999000015",
        "Nguyễn",
        "Thị",
        "Hoà",
        "1979-01-20",
        _F,
        Case.TONE_PLACEMENT,
        Extra(typed_name="Nguyễn Thị Hòa"),
    ),
    Person(
        "034999000016", "Trần", "Thị", "Thúy", "1983-06-06", _F, Case.TONE_PLACEMENT, Extra(typed_name="Trần Thị Thuý")
    ),
    Person("066999000017", "", "", "H'Hen Niê", "1992-05-15", _F, Case.APOSTROPHE, Extra(typed_name="H’Hen Niê")),
    Person(
        "068899000018", "", "", "K'Bình Cil-Múp", "1980-03-12", _M, Case.APOSTROPHE, Extra(typed_name="K'Bình Cil Múp")
    ),
    Person("091899000019", "", "", "Danh", "1971-08-01", _M, Case.SINGLE_SYLLABLE),
    Person("062899000020", "", "", "Y", "1968-11-11", _M, Case.SINGLE_SYLLABLE),
    Person(
        "046999000021",
        "Công Tằng Tôn Nữ",
        "Hoàng Ngọc Phương Quỳnh Thiên",
        "Như Thuỵ An Khuê",
        "1995-12-05",
        _F,
        Case.LONG_NAME,
    ),
    Person("002999000022", "Giàng", "Thị", "Mỷ", "1938", _F, Case.YEAR_ONLY),
    Person("011899000023", "Lò", "Văn", "Ún", "1941", _M, Case.YEAR_ONLY),
    Person("014899000024", "Quàng", "Văn", "Pánh", "1950", _M, Case.YEAR_ONLY, _PARTS),
    Person(
        "001899000025",
        "Phan",
        "Thanh",
        "Tùng",
        "1976-04-30",
        _M,
        Case.CANCELLED,
        Extra(status=Status.CANCELLED, replaced_by="001899000026"),
    ),
    Person("001899000026", "Phan", "Thanh", "Tùng", "1977-04-30", _M, Case.REPLACED),
    Person(
        "079999000027",
        "Võ",
        "Thị",
        "Sương",
        "1959-09-02",
        _F,
        Case.CANCELLED,
        Extra(status=Status.CANCELLED, replaced_by="079999000028"),
    ),
    Person("079999000028", "Võ", "Thị", "Sương", "1958-09-02", _F, Case.REPLACED),
    Person("033899000029", "Đoàn", "Văn", "Hậu", "1932-02-02", _M, Case.DECEASED, Extra(status=Status.DECEASED)),
    Person("037999000030", "Tạ", "Thị", "Lụa", "1945-07-19", _F, Case.DECEASED, Extra(status=Status.DECEASED)),
    Person("001999000031", "Cao", "Minh", "Nguyệt", "1986-10-28", _F, Case.GUARDIAN),
    Person("001899000032", "Cao", "Gia", "Bảo", "2016-09-05", _M, Case.MINOR, Extra(guardian="001999000031")),
    Person("001999000033", "Cao", "An", "Nhiên", "2019-01-31", _F, Case.MINOR, Extra(guardian="001999000031")),
    Person("025899000034", "Nguyễn", "Văn", "Hùng", "1981-03-03", _M, Case.NAMESAKE),
    Person("026899000035", "Nguyễn", "Văn", "Hùng", "1981-03-03", _M, Case.NAMESAKE),
    Person("027899000036", "Mai", "Xuân", "Trường", "1955-05-05", _M, Case.OLDER_CARD, Extra(old_card="000000036")),
    Person("101999000037", "", "", "Zoë Müller", "1984-06-14", _F, Case.FOREIGNER, Extra(nationality="DE")),
    Person("101899000038", "", "", "José Álvarez", "1972-12-24", _M, Case.FOREIGNER, Extra(nationality="ES")),
    Person("001899000039", "Trịnh", "Công", "Thành", "1973-01-09", _M, Case.ONE_ENTERPRISE),
    Person("079999000040", "Lưu", "Bích", "Thủy", "1980-12-12", _F, Case.TWO_ENTERPRISES, _PARTS),
    Person(
        "049899000041", "Châu", "Nhật Minh", "Quân", "1994-02-17", _M, Case.NEAR, Extra(typed_name="Châu Minh Quân")
    ),
    Person("030999000042", "Kiều", "Thị Thanh", "Trà", "1989-09-09", _F, Case.NEAR, Extra(typed_name="Kiều Thị Trà")),
    Person("082899000043", "Ông", "Thị", "Diễm", "1997-07-27", _F, Case.CORRECTED),
    Person("093999000044", "Âu", "Thị", "Hạnh", "1963-08-08", _F),
    Person("045899000045", "Hà", "Tuấn", "Kiệt", "1992-01-23", _M),
    Person("060999000046", "Tô", "Ngọc", "Diệp", "1986-06-30", _F),
    Person("070899000047", "Lương", "Quốc", "Vinh", "1975-11-08", _M),
    Person("080999000048", "Mạc", "Thị", "Hiền", "1998-04-14", _F),
    Person("010899000049", "Giàng", "A", "Páo", "1984-02-02", _M),
)

BY_NUMBER = {person.number: person for person in PEOPLE}
