"""Why the population register is asked: the codes that it records, and whether it may tell more than yes or no."""

from collections.abc import Mapping
from types import MappingProxyType

from idp.proofing.model import Purpose
from idp.proofing.proof import JobPurpose

REGISTER_PURPOSE = Purpose("DVCQG-DANGKY", "Đăng ký tài khoản đăng nhập một lần", may_look_up=True)
ASKED_AGAIN = Purpose("DVCQG-XACTHUCLAI", "Xác thực lại theo yêu cầu của người dùng", may_look_up=True)
# Nobody asked for it, so the register is asked for no more than a yes or no.
RECHECK = Purpose("DVCQG-DINHKY", "Xác thực định kỳ", may_look_up=False)
# The carriers alone are asked: whether the new phone is the person's own.
OWN_PHONE = Purpose("DVCQG-LIENHE", "Kiểm tra thuê bao chính chủ", may_look_up=False)
GUARDIAN = Purpose("DVCQG-GIAMHO", "Xác thực người đại diện của trẻ em", may_look_up=True)
GUARDIAN_RECHECK = Purpose("DVCQG-GIAMHO-DINHKY", "Kiểm tra định kỳ người đại diện của trẻ em", may_look_up=True)
# Who represents an organisation: the exchange has a look-up and nothing else.
REPRESENTS = Purpose("DVCQG-DAIDIEN", "Xác thực người đại diện theo pháp luật", may_look_up=True)
REPRESENTS_RECHECK = Purpose("DVCQG-DAIDIEN-DINHKY", "Kiểm tra định kỳ người đại diện", may_look_up=True)

PURPOSES: Mapping[JobPurpose, Purpose] = MappingProxyType(
    {
        JobPurpose.REGISTRATION: REGISTER_PURPOSE,
        JobPurpose.ASKED_AGAIN: ASKED_AGAIN,
        JobPurpose.RECHECK: RECHECK,
        JobPurpose.COMING_BACK: REGISTER_PURPOSE,
        JobPurpose.ORGANISATION: REPRESENTS,
    }
)
