//! Exported files in a real spreadsheet: LibreOffice opens a workbook as it is, and CSV with its columns as text (threat C7). Installing it
//! takes longer than all other tools together, so `make test` leaves this out (`test = false` in Cargo.toml); `make trial` runs it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use domain::csv::unescape_cell;
use reqwest::Method;
use std::{fs, path::Path, process::Command};

/// Columns that are opened as text: more than there are.
const COLUMNS_AS_TEXT: usize = 30;

/// Names, telephone numbers and tax codes that a spreadsheet bends if it takes them for numbers or formulas.
const ROWS: [[&str; 3]; 4] = [
    ["Ắt Đường Quỳnh", "0903123456", "0101243150"],
    ["=1+1", "+84 28 3822 1234", "0101243150-001"],
    ["-5", "028 3822 1234", "001"],
    ["1E5", "84903123456", "079012345678"],
];

/// Asks for an export and saves its file.
async fn save(browser: &Browser, format: &str, path: &Path) {
    let fields = [("list", "companies"), ("query", ""), ("format", format), ("columns", "all")];
    let asked = browser.post("/exports", &fields).await;
    let file = browser.request(Method::GET, asked.location().unwrap()).send().await.unwrap();
    fs::write(path, file.bytes().await.unwrap()).unwrap();
}

/// What LibreOffice reads of a file, as CSV of its own. `import`: options of the import filter.
fn shown(file: &Path, import: Option<&str>) -> Vec<Vec<String>> {
    let folder = file.parent().unwrap();
    let out = folder.join("shown");
    let mut command = Command::new("soffice");
    // A profile of its own: another one that is open would take the job over.
    command.arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display())).args(["--headless", "--norestore"]);
    command.args(import.map(|import| format!("--infilter=CSV:{import}")));
    // Comma, quotation mark, UTF-8; the values of numbers and dates, not their looks.
    command.args(["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false"]).arg("--outdir").arg(&out).arg(file);
    let output = command.output().expect("LibreOffice: on Debian, apt-get install libreoffice-calc-nogui");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(out.join(file.with_extension("csv").file_name().unwrap())).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of a column below its head.
fn column(rows: &[Vec<String>], head: &str) -> Vec<String> {
    let place = rows[0].iter().position(|cell| cell == head).unwrap_or_else(|| panic!("{head}: {:?}", rows[0]));
    rows[1..].iter().map(|row| row[place].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accents_leading_zeros_and_amounts_are_intact() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let owner = site.registered("hung").await;
    for [name, phone, tax_code] in ROWS {
        let fields = [("name", name), ("phone", phone), ("tax_code", tax_code), ("status", "lead")];
        let made = owner.post("/companies/new", &fields).await;
        let company = made.location().unwrap().trim_start_matches("/companies/").to_owned();
        let deal = [("name", "Deal"), ("value", "1.250.000.000,50"), ("stage", "proposal"), ("company_id", &company)];
        assert_eq!(owner.post("/deals/new", &deal).await.status, 303);
    }
    let expected = |place: usize| {
        let mut values = ROWS.map(|row| row[place].to_owned());
        values.sort();
        values
    };
    let sorted = |rows: &[Vec<String>], head: &str| {
        let mut values = column(rows, head);
        values.sort();
        values
    };
    let folder = tempfile::tempdir().unwrap();

    let workbook = folder.path().join("companies.xlsx");
    save(&owner, "xlsx", &workbook).await;
    let rows = shown(&workbook, None);
    for (place, head) in ["Name", "Phone", "Tax code"].into_iter().enumerate() {
        assert_eq!(sorted(&rows, head), expected(place), "{head}");
    }
    assert!(column(&rows, "Value of open deals").iter().all(|amount| amount == "1250000000.5"), "a number: {rows:?}");
    assert!(column(&rows, "Added").iter().all(|time| time == "2026-03-02 10:04:05"), "typed, in the workspace's zone: {rows:?}");

    let text = folder.path().join("companies-text.csv");
    save(&owner, "csv", &text).await;
    // Comma, quotation mark, UTF-8, from the first line on, then number and type of each column: 2 is text.
    let as_text: Vec<String> = (1..=COLUMNS_AS_TEXT).map(|column| format!("{column}/2")).collect();
    let rows = shown(&text, Some(&format!("44,34,76,1,{}", as_text.join("/"))));
    for (place, head) in ["Name", "Phone", "Tax code"].into_iter().enumerate() {
        let mut values: Vec<String> = column(&rows, head).iter().map(|cell| unescape_cell(cell).to_owned()).collect();
        values.sort();
        assert_eq!(values, expected(place), "{head}");
    }
    assert!(column(&rows, "Value of open deals").iter().all(|amount| amount == "1250000000.50"), "{rows:?}");
}
