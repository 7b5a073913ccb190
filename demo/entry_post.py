"""The posts with which a new user may sign in to the demonstration, one for each use case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInPost:
    """A post: its code, its title, and the tasks of its holder."""

    code: str
    title: str
    vi: str
    en: str


POSTS = (
    SignInPost(
        "ht.ubnd.ct",
        "Chủ tịch Uỷ ban nhân dân tỉnh",
        "Chủ trì xếp loại các sở, ban, ngành (điểm 6.2.3): kết luận cả nhóm trong hạn mức",
        "Chairs the rating of the departments (6.2.3): conclude the group within its quota",
    ),
    SignInPost(
        "ht.bi-thu",
        "Bí thư Tỉnh uỷ",
        "Chủ trì Ban Thường vụ Tỉnh uỷ (điểm 6.1): các ban thường vụ huyện, người đứng đầu",
        "Chairs the Provincial Standing Committee (6.1): district committees and heads",
    ),
    SignInPost(
        "ht.thach-ha.bi-thu",
        "Bí thư Huyện uỷ Thạch Hà",
        "Chủ trì xếp loại trong huyện (điểm 6.2.4), không ngoài huyện",
        "Chairs the rating inside one district (6.2.4), and nowhere else",
    ),
    SignInPost(
        "ht.so-y-te.truong",
        "Giám đốc Sở Y tế",
        "Được uỷ quyền đánh giá một đơn vị đến hết năm; xem hồ sơ của chính mình",
        "Holds a delegation over one unit until the end of the year; sees the own file",
    ),
    SignInPost(
        "ht.ban-to-chuc-tu.truong",
        "Trưởng Ban Tổ chức Tỉnh uỷ",
        "Tổng hợp toàn tỉnh: cơ quan nào chậm, nơi nào chưa ai có thẩm quyền",
        "Compiles the whole province: who is late, where nobody has the power",
    ),
    SignInPost(
        "ht.so-tnmt.cb.bi-thu",
        "Bí thư Chi bộ Sở Tài nguyên và Môi trường",
        "Chủ trì xếp loại đảng viên của chi bộ (mục 7)",
        "Chairs the rating of the members of a cell (section 7)",
    ),
    SignInPost(
        "ht.so-xay-dung.truong",
        "Giám đốc Sở Xây dựng",
        "Người được đánh giá: xem vì sao, mà không quyết định",
        "Is rated: sees why, and decides nothing",
    ),
)
