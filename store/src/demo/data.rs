//! Records of the demo: a freight company in Vietnam, five of its customers and a former one, which is archived. References are indexes
//! into these tables; days and times are relative to the day of the load.

use domain::{
    activities::ActivityType::{self, Call, Email, Meeting, Note, Sms},
    companies::CompanyStatus,
    contacts::AuthorityLevel::{self, Influencer, Primary, Secondary},
};

/// Tags: name, colour.
pub(super) const TAGS: [(&str, &str); 5] =
    [("Key account", "#16a34a"), ("North", "#0284c7"), ("Partner", "#9333ea"), ("Export", "#d97706"), ("Ưu tiên", "#dc2626")];

pub(super) struct DemoCompany {
    pub name: &'static str,
    pub industry: &'static str,
    pub size: &'static str,
    pub status: CompanyStatus,
    pub website: &'static str,
    pub phone: &'static str,
    pub email: &'static str,
    pub tax_code: &'static str,
    pub address: &'static str,
    pub notes: &'static str,
    pub tags: &'static [usize],
    pub custom_fields: &'static [(&'static str, &'static str)],
    pub days_ago: i64,
    /// Why it was archived, and how many days ago.
    pub archived: Option<(&'static str, i64)>,
}

pub(super) const COMPANIES: [DemoCompany; 6] = [
    DemoCompany {
        name: "CÔNG TY CP Đường Quảng Ngãi",
        industry: "Food",
        size: "500+",
        status: CompanyStatus::Active,
        website: "https://duongquangngai.example",
        phone: "0255 3726 110",
        email: "muahang@duongquangngai.example",
        tax_code: "4300205943",
        address: "02 Nguyễn Chí Thanh, Quảng Ngãi",
        notes: "Prefers calls before 10. New purchasing rules since March: three quotations above 500 triệu.",
        tags: &[0, 4],
        custom_fields: &[("Contract no.", "HD-2024/031"), ("Delivery", "Twice a week")],
        days_ago: 120,
        archived: None,
    },
    DemoCompany {
        name: "Công ty TNHH Vận tải Ánh Dương",
        industry: "Logistics",
        size: "51-200",
        status: CompanyStatus::Active,
        website: "https://anhduong.example",
        phone: "024 3825 4411",
        email: "dieuphoi@anhduong.example",
        tax_code: "0102034569",
        address: "118 Lê Duẩn, Hoàn Kiếm, Hà Nội",
        notes: "Chủ xe quen, thanh toán đúng hạn. Cần báo giá bằng tiếng Việt.",
        tags: &[1, 2],
        custom_fields: &[("Bãi xe", "Km 12, Quốc lộ 5")],
        days_ago: 96,
        archived: None,
    },
    DemoCompany {
        name: "Saigon Precision Mechanics JSC",
        industry: "Manufacturing",
        size: "201-500",
        status: CompanyStatus::Lead,
        website: "https://saigonprecision.example",
        phone: "+84 28 3822 1234",
        email: "hello@saigonprecision.example",
        tax_code: "0312345673",
        address: "Lot 12, Tân Thuận Export Zone, District 7, Hồ Chí Minh City",
        notes: "Met at the Hà Nội machine fair. Board decides in the last week of a quarter.",
        tags: &[3],
        custom_fields: &[],
        days_ago: 60,
        archived: None,
    },
    DemoCompany {
        name: "Bệnh viện Tâm Đức",
        industry: "Healthcare",
        size: "201-500",
        status: CompanyStatus::Active,
        website: "https://tamduc.example",
        phone: "028 5411 0025",
        email: "vattu@tamduc.example",
        tax_code: "0303141592",
        address: "04 Nguyễn Lương Bằng, Quận 7, Thành phố Hồ Chí Minh",
        notes: "Đấu thầu theo quý; hồ sơ nộp trước ngày 20.",
        tags: &[0],
        custom_fields: &[("Kỳ thầu", "Quý 1 2027")],
        days_ago: 84,
        archived: None,
    },
    DemoCompany {
        name: "Northwind Retail Đà Nẵng",
        industry: "Retail",
        size: "11-50",
        status: CompanyStatus::Inactive,
        website: "https://northwind-retail.example",
        phone: "0236 3888 999",
        email: "office@northwind-retail.example",
        tax_code: "0400567890",
        address: "255 Hùng Vương, Thanh Khê, Đà Nẵng",
        notes: "Budget frozen until the next fiscal year. Ask again in April.",
        tags: &[],
        custom_fields: &[],
        days_ago: 75,
        archived: None,
    },
    DemoCompany {
        name: "Xưởng gỗ Bình An",
        industry: "Manufacturing",
        size: "11-50",
        status: CompanyStatus::Inactive,
        website: "https://gobinhan.example",
        phone: "0274 3822 560",
        email: "lienhe@gobinhan.example",
        tax_code: "3700412357",
        address: "Khu phố 4, Thuận An, Bình Dương",
        notes: "Chở ván ép cho họ hai chuyến năm 2024.",
        tags: &[3],
        custom_fields: &[],
        days_ago: 110,
        archived: Some(("Closed the workshop at the end of last year. Nothing left to ship.", 20)),
    },
];

pub(super) struct DemoContact {
    pub name: &'static str,
    pub job_title: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub authority_level: Option<AuthorityLevel>,
    pub company: usize,
    pub reports_to: Option<usize>,
}

const fn contact(
    name: &'static str,
    job_title: &'static str,
    email: &'static str,
    phone: &'static str,
    authority_level: Option<AuthorityLevel>,
    company: usize,
    reports_to: Option<usize>,
) -> DemoContact {
    DemoContact { name, job_title, email, phone, authority_level, company, reports_to }
}

/// A superior comes before the contacts that report to them.
pub(super) const CONTACTS: [DemoContact; 15] = [
    contact("Nguyễn Văn Đức", "General Director", "duc.nguyen@duongquangngai.example", "0903 111 201", Some(Primary), 0, None),
    contact("Trần Thị Đào", "Chief Accountant", "dao.tran@duongquangngai.example", "0903 111 202", Some(Secondary), 0, Some(0)),
    contact("Lê Quang Huy", "Head of Purchasing", "huy.le@duongquangngai.example", "0903 111 203", Some(Influencer), 0, Some(0)),
    contact("Võ Thị Hạnh", "Buyer", "hanh.vo@duongquangngai.example", "0903 111 204", None, 0, Some(2)),
    contact("Phạm Thị Ánh", "Director", "anh.pham@anhduong.example", "0912 220 301", Some(Primary), 1, None),
    contact("Đỗ Minh Tuấn", "Fleet Manager", "tuan.do@anhduong.example", "0912 220 302", Some(Secondary), 1, Some(4)),
    contact("Hoàng Yến Nhi", "Dispatcher", "nhi.hoang@anhduong.example", "0912 220 303", None, 1, Some(5)),
    contact("David Nguyen", "Chief Executive Officer", "david@saigonprecision.example", "0938 330 401", Some(Primary), 2, None),
    contact("Sarah Tran", "Chief Operating Officer", "sarah@saigonprecision.example", "0938 330 402", Some(Secondary), 2, Some(7)),
    contact("Bùi Quốc Khánh", "Plant Manager", "khanh@saigonprecision.example", "0938 330 403", Some(Influencer), 2, Some(8)),
    contact("Lưu Thị Tâm", "Hospital Director", "tam.luu@tamduc.example", "0977 440 501", Some(Primary), 3, None),
    contact("Ngô Gia Bảo", "Head of Procurement", "bao.ngo@tamduc.example", "0977 440 502", Some(Secondary), 3, Some(10)),
    contact("Emily Carter", "Biomedical Engineer", "emily.carter@tamduc.example", "0977 440 503", Some(Influencer), 3, Some(11)),
    contact("Michael Johnson", "Country Manager", "michael@northwind-retail.example", "0905 550 601", Some(Primary), 4, None),
    contact("Trương Mỹ Linh", "Store Operations", "linh.truong@northwind-retail.example", "0905 550 602", Some(Secondary), 4, Some(13)),
];

pub(super) struct DemoDeal {
    pub name: &'static str,
    pub million_dong: i64,
    /// Slugs of the stages it went through, in order.
    pub stages: &'static [&'static str],
    pub company: usize,
    pub contact: usize,
    pub days_ago: i64,
    pub closes_in_days: Option<i64>,
    pub source: &'static str,
    pub lost_reason: Option<&'static str>,
    pub notes: Option<&'static str>,
}

const PROSPECTING: &[&str] = &["prospecting"];
const QUALIFICATION: &[&str] = &["prospecting", "qualification"];
const PROPOSAL: &[&str] = &["prospecting", "qualification", "proposal"];
const NEGOTIATION: &[&str] = &["prospecting", "qualification", "proposal", "negotiation"];

pub(super) const DEALS: [DemoDeal; 10] = [
    DemoDeal {
        name: "Xe tải đông lạnh 2026",
        million_dong: 1_500,
        stages: PROSPECTING,
        company: 1,
        contact: 4,
        days_ago: 6,
        closes_in_days: Some(21),
        source: "Referral",
        lost_reason: None,
        notes: Some("Khách cần 3 xe trước Tết."),
    },
    DemoDeal {
        name: "Kho lạnh Đồng Nai",
        million_dong: 640,
        stages: PROSPECTING,
        company: 0,
        contact: 2,
        days_ago: 12,
        closes_in_days: Some(60),
        source: "Website",
        lost_reason: None,
        notes: None,
    },
    DemoDeal {
        name: "ERP rollout",
        million_dong: 2_100,
        stages: QUALIFICATION,
        company: 2,
        contact: 8,
        days_ago: 40,
        closes_in_days: Some(45),
        source: "Trade fair",
        lost_reason: None,
        notes: Some("Wants a pilot in one plant first."),
    },
    DemoDeal {
        name: "Thiết bị phòng thí nghiệm",
        million_dong: 380,
        stages: QUALIFICATION,
        company: 3,
        contact: 12,
        days_ago: 20,
        closes_in_days: Some(37),
        source: "Existing customer",
        lost_reason: None,
        notes: None,
    },
    DemoDeal {
        name: "Annual supply 2027",
        million_dong: 1_850,
        stages: PROPOSAL,
        company: 0,
        contact: 0,
        days_ago: 32,
        closes_in_days: Some(9),
        source: "Existing customer",
        lost_reason: None,
        notes: Some("Volume agreed; the price of diesel is still open."),
    },
    DemoDeal {
        name: "Spare parts framework",
        million_dong: 420,
        stages: PROPOSAL,
        company: 2,
        contact: 9,
        days_ago: 28,
        closes_in_days: Some(24),
        source: "Trade fair",
        lost_reason: None,
        notes: None,
    },
    DemoDeal {
        name: "Máy MRI",
        million_dong: 3_400,
        stages: NEGOTIATION,
        company: 3,
        contact: 10,
        days_ago: 48,
        closes_in_days: Some(1),
        source: "Tender",
        lost_reason: None,
        notes: Some("Vận chuyển và lắp đặt trọn gói."),
    },
    DemoDeal {
        name: "Bảo trì 3 năm",
        million_dong: 760,
        stages: NEGOTIATION,
        company: 3,
        contact: 11,
        days_ago: 36,
        closes_in_days: Some(10),
        source: "Existing customer",
        lost_reason: None,
        notes: None,
    },
    DemoDeal {
        name: "Vận chuyển Q3",
        million_dong: 980,
        stages: &["prospecting", "proposal", "negotiation", "closed-won"],
        company: 1,
        contact: 5,
        days_ago: 70,
        closes_in_days: Some(-19),
        source: "Referral",
        lost_reason: None,
        notes: None,
    },
    DemoDeal {
        name: "POS replacement",
        million_dong: 540,
        stages: &["prospecting", "qualification", "closed-lost"],
        company: 4,
        contact: 13,
        days_ago: 64,
        closes_in_days: Some(-27),
        source: "Cold call",
        lost_reason: Some("Budget frozen; went with a cheaper vendor"),
        notes: None,
    },
];

pub(super) struct DemoActivity {
    pub kind: ActivityType,
    pub subject: &'static str,
    pub description: &'static str,
    pub days_ago: i64,
    pub time: (u32, u32),
    pub minutes: Option<i32>,
    pub outcome: Option<&'static str>,
    pub next_steps: Option<&'static str>,
    pub contact: usize,
    pub deal: Option<usize>,
}

/// Days before today, hour and minute, duration in minutes.
type Timing = (i64, (u32, u32), Option<i32>);
/// Subject, description.
type Content = (&'static str, &'static str);
/// Outcome, next steps.
type FollowUp = (Option<&'static str>, Option<&'static str>);

const fn activity(
    kind: ActivityType,
    timing: Timing,
    content: Content,
    follow_up: FollowUp,
    contact: usize,
    deal: Option<usize>,
) -> DemoActivity {
    let (days_ago, time, minutes) = timing;
    let (subject, description) = content;
    let (outcome, next_steps) = follow_up;
    DemoActivity { kind, subject, description, days_ago, time, minutes, outcome, next_steps, contact, deal }
}

const NO_FOLLOW_UP: FollowUp = (None, None);

pub(super) const ACTIVITIES: [DemoActivity; 20] = [
    activity(
        Call,
        (0, (9, 30), Some(15)),
        ("Price list for Q1", "Agreed on volume. She will send the signed annex."),
        (Some("Agreed"), Some("Send contract draft")),
        1,
        Some(4),
    ),
    activity(
        Meeting,
        (4, (14, 0), Some(60)),
        ("Factory visit", "Saw the new line; they want delivery twice a week."),
        (Some("Interested"), Some("Quote two deliveries a week")),
        0,
        Some(4),
    ),
    activity(Email, (4, (8, 45), None), ("Quotation 2026-118", "Sent the quotation with three options."), NO_FOLLOW_UP, 2, Some(4)),
    activity(
        Note,
        (12, (16, 20), None),
        ("Kho lạnh Đồng Nai", "Chị Hạnh gửi bản vẽ mặt bằng, cần khảo sát."),
        (None, Some("Hẹn khảo sát")),
        3,
        Some(1),
    ),
    activity(
        Call,
        (30, (10, 5), Some(12)),
        ("Giới thiệu dịch vụ", "Anh Huy muốn gộp hai hợp đồng thành một."),
        (Some("Callback"), None),
        2,
        None,
    ),
    activity(
        Call,
        (1, (9, 10), Some(8)),
        ("Xe tải đông lạnh", "Chị Ánh cần 3 xe trước Tết, hỏi trả góp."),
        (Some("Interested"), Some("Gửi bảng giá trả góp")),
        4,
        Some(0),
    ),
    activity(Sms, (2, (17, 45), None), ("Xác nhận lịch hẹn", "Hẹn 9 giờ sáng thứ Hai tại kho Gia Lâm."), NO_FOLLOW_UP, 5, Some(0)),
    activity(Meeting, (19, (9, 0), Some(45)), ("Ký hợp đồng Q3", "Ký xong, bàn giao lịch xe."), (Some("Signed"), None), 4, Some(8)),
    activity(Email, (26, (11, 30), None), ("Contract Q3, final", "Sent the final version with both stamps."), NO_FOLLOW_UP, 5, Some(8)),
    activity(Call, (41, (15, 15), Some(20)), ("Điều phối chuyến", "Nhi cần đổi hai chuyến sang buổi tối."), (Some("Done"), None), 6, None),
    activity(
        Meeting,
        (1, (13, 30), Some(90)),
        ("Requirements workshop", "Walked through planning and stock; Sarah wants a pilot."),
        (Some("Next step agreed"), Some("Write the pilot plan")),
        8,
        Some(2),
    ),
    activity(
        Email,
        (9, (10, 0), None),
        ("Spare parts catalogue", "Sent the catalogue with prices in USD and VND."),
        NO_FOLLOW_UP,
        9,
        Some(5),
    ),
    activity(
        Call,
        (22, (16, 0), Some(25)),
        ("Budget for the year", "David confirms budget; the board meets in the last week."),
        (Some("Positive"), None),
        7,
        Some(2),
    ),
    activity(
        Note,
        (38, (18, 10), None),
        ("Met at the machine fair", "Precision parts, two plants, unhappy with their ERP."),
        NO_FOLLOW_UP,
        8,
        None,
    ),
    activity(
        Meeting,
        (2, (8, 30), Some(75)),
        ("Đàm phán máy MRI", "Giảm 2 % nếu thanh toán trước 30 %."),
        (Some("Negotiating"), Some("Trình ban giám đốc")),
        10,
        Some(6),
    ),
    activity(
        Email,
        (3, (14, 50), None),
        ("Maintenance, draft contract", "Sent the three-year draft; response time is open."),
        NO_FOLLOW_UP,
        11,
        Some(7),
    ),
    activity(
        Call,
        (7, (11, 20), Some(18)),
        ("Power and floor load for the MRI", "Emily checks the floor plan with the builder."),
        (Some("Waiting"), None),
        12,
        Some(6),
    ),
    activity(Sms, (15, (9, 5), None), ("Hồ sơ thầu", "Anh Bảo nhắc nộp hồ sơ trước ngày 20."), NO_FOLLOW_UP, 11, Some(3)),
    activity(
        Call,
        (27, (10, 40), Some(10)),
        ("POS replacement", "Budget frozen until April; they stay with the cheaper vendor."),
        (Some("Lost"), Some("Ask again in April")),
        13,
        Some(9),
    ),
    activity(
        Email,
        (45, (9, 25), None),
        ("Store visit, thank you", "Thanked Linh for the tour of the three stores."),
        NO_FOLLOW_UP,
        14,
        Some(9),
    ),
];
