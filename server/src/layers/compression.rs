//! Pages and answers are sent compressed, brotli where the browser takes it, else gzip. Files were compressed when they were built.
//!
//! Each answer is whole in memory, so it is compressed in one go with a window of its own size. A layer that compresses
//! streams doesn't know how much will come and takes brotli's 4 MiB window for a page of 30 kB: clearing it was an eighth
//! of all the work of a list page.

use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};
use http_body::Body as _;
use std::io::{self, Write};

/// How hard brotli tries. A list (32 kB) becomes 6.5 kB at 1 and 6.2 at 2, which costs twice the time; a board of 500 deals
/// (215 kB) 24.3 kB at 1 and 22.9 at 2, and the wire's budget for it is 25 kB.
fn quality(bytes: usize) -> i32 {
    if bytes < 64 * 1024 { 1 } else { 2 }
}

/// Binary logarithms of brotli's least window (RFC 7932 allows 10) and of the largest a page needs.
const WINDOW: std::ops::RangeInclusive<u32> = 12..=18;
/// Below this many bytes the answer fits one packet anyway.
const LEAST: u64 = 860;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn encode(self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let mut packed = Vec::with_capacity(plain.len() / 4);
        match self {
            Self::Brotli => {
                let needed = usize::BITS - plain.len().leading_zeros();
                let lgwin = needed.clamp(*WINDOW.start(), *WINDOW.end()).cast_signed();
                let params = BrotliEncoderParams { quality: quality(plain.len()), lgwin, size_hint: plain.len(), ..Default::default() };
                brotli::BrotliCompress(&mut &*plain, &mut packed, &params)?;
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(packed, Compression::fast());
                encoder.write_all(plain)?;
                packed = encoder.finish()?;
            }
        }
        Ok(packed)
    }
}

/// Middleware: compresses an answer that is text, known whole, and not compressed yet.
pub async fn compress(request: Request, next: Next) -> Response {
    let coding = accepted(request.headers());
    let response = next.run(request).await;
    let exact = response.body().size_hint().exact();
    if !is_text(response.headers()) || response.headers().contains_key(header::CONTENT_ENCODING) || exact.is_none_or(|size| size < LEAST) {
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

/// The better of the codings that `Accept-Encoding` names (RFC 9110, 12.5.3); one with `q=0` is refused.
fn accepted(headers: &HeaderMap) -> Option<Coding> {
    let lines = headers.get_all(header::ACCEPT_ENCODING);
    let named: Vec<&str> = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
    [Coding::Brotli, Coding::Gzip].into_iter().find(|coding| named.iter().any(|offer| takes(offer, coding.name())))
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
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Coding::Brotli));
        assert_eq!(of("GZIP;q=0.5"), Some(Coding::Gzip));
        assert_eq!(of("br;q=0, gzip"), Some(Coding::Gzip));
        assert_eq!((of("identity"), of("br; q=0.000"), accepted(&HeaderMap::new())), (None, None, None));
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        for length in [0, 1, 900, 70_000, 600_000] {
            let plain: Vec<u8> = (0..length).map(|i: usize| (i.wrapping_mul(31) >> 3).to_le_bytes()[0]).collect();
            let (mut brotli, mut gzip) = (Vec::new(), Vec::new());
            brotli::Decompressor::new(&*Coding::Brotli.encode(&plain).unwrap(), 4096).read_to_end(&mut brotli).unwrap();
            flate2::read::GzDecoder::new(&*Coding::Gzip.encode(&plain).unwrap()).read_to_end(&mut gzip).unwrap();
            assert!(brotli == plain && gzip == plain, "{length} bytes");
        }
    }
}
