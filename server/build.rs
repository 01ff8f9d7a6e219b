//! Tells the linker to keep one of functions that are compiled to the same code, as those of generic types often are.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // Where rustc brings its own linker, which has the option.
    if (target("ARCH"), target("OS"), target("ENV")) == ("x86_64".to_owned(), "linux".to_owned(), "gnu".to_owned()) {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}
