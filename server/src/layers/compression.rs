//! Pages and answers are sent compressed: zstd where the browser takes it (Chromium from 123, Firefox from 126), else gzip. Files were
//! compressed when they were built. A third coding for the others, brotli, would be 0.9 MB of the binary.
//!
//! Each answer is whole in memory, so it is compressed in one go.

use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};
use http_body::Body as _;
use std::{
    cell::RefCell,
    io::{self, Write},
};
use zstd::bulk::Compressor;

/// How hard zstd tries. A list (35 kB) becomes 6.7 kB at 1, in 45 microseconds, and 6.5 kB at 3, in 58; a board of 500 deals
/// (222 kB) 23.7 kB at either, in 160 and 210. It remembers 512 kB at most, and a browser must be able to do
/// 8 MB (RFC 9659).
const ZSTD_LEVEL: i32 = 1;

/// How hard gzip tries: little for a list, more for a board, for whose size there is a budget.
fn gzip_level(bytes: usize) -> Compression {
    if bytes < 64 * 1024 { Compression::fast() } else { Compression::default() }
}

thread_local! {
    /// One for all that a thread compresses: its tables are some 100 kB, and making them took a fifth of the time of a list.
    static ZSTD: RefCell<Compressor<'static>> = RefCell::new(Compressor::default());
}

/// Below this many bytes the answer fits one packet anyway.
const COMPRESS_MIN_BYTES: u64 = 860;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Coding {
    Zstd,
    Gzip,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    fn encode(self, plain: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd => ZSTD.with_borrow_mut(|compressor| {
                compressor.set_compression_level(ZSTD_LEVEL)?;
                // One that failed is in the middle of its work, and good for no other.
                compressor.compress(plain).inspect_err(|_| *compressor = Compressor::default())
            }),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), gzip_level(plain.len()));
                encoder.write_all(plain)?;
                encoder.finish()
            }
        }
    }
}

/// Middleware: compresses an answer that is text, known whole, and not compressed yet.
pub async fn compress(request: Request, next: Next) -> Response {
    let coding = accepted(request.headers());
    let response = next.run(request).await;
    let exact = response.body().size_hint().exact();
    if !is_text(response.headers())
        || response.headers().contains_key(header::CONTENT_ENCODING)
        || exact.is_none_or(|size| size < COMPRESS_MIN_BYTES)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    let Some(coding) = coding else { return Response::from_parts(parts, body) };
    // Its size is known, so it is in memory already, and reading it neither waits nor fails.
    let Ok(plain) = axum::body::to_bytes(body, usize::MAX).await else { return Response::from_parts(parts, Body::empty()) };
    match coding.encode(&plain) {
        Ok(packed) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
            Response::from_parts(parts, Body::from(packed))
        }
        Err(_) => Response::from_parts(parts, Body::from(plain)),
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/") || kind.starts_with("application/json")
}

/// The best of the codings that `Accept-Encoding` names (RFC 9110, 12.5.3); one with `q=0` is refused.
fn accepted(headers: &HeaderMap) -> Option<Coding> {
    let lines = headers.get_all(header::ACCEPT_ENCODING);
    let named: Vec<&str> = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
    [Coding::Zstd, Coding::Gzip].into_iter().find(|coding| named.iter().any(|offer| takes(offer, coding.name())))
}

fn takes(offer: &str, name: &str) -> bool {
    let mut parts = offer.split(';').map(str::trim);
    let is_named = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name));
    let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
    is_named && weight > 0.0
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use std::io::Read;

    #[test]
    fn the_browser_chooses() {
        let of = |text: &str| accepted(&[(header::ACCEPT_ENCODING, text.parse().unwrap())].into_iter().collect());
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Coding::Zstd));
        assert_eq!(of("gzip, deflate, br"), Some(Coding::Gzip));
        assert_eq!(of("GZIP;q=0.5"), Some(Coding::Gzip));
        assert_eq!(of("zstd;q=0, gzip"), Some(Coding::Gzip));
        assert_eq!((of("identity"), of("gzip; q=0.000"), accepted(&HeaderMap::new())), (None, None, None));
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        for length in [0, 1, 900, 70_000, 600_000] {
            let plain: Vec<u8> = (0..length).map(|i: usize| (i.wrapping_mul(31) >> 3).to_le_bytes()[0]).collect();
            let mut gzip = Vec::new();
            let zstd = zstd::bulk::decompress(&Coding::Zstd.encode(&plain).unwrap(), length).unwrap();
            flate2::read::GzDecoder::new(&*Coding::Gzip.encode(&plain).unwrap()).read_to_end(&mut gzip).unwrap();
            assert!(zstd == plain && gzip == plain, "{length} bytes");
        }
    }
}
