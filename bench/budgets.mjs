// What MiniCRM must reach. Throughput is measured against the bare page of the same round, as machines differ and drift.

/** Least share of the bare page's throughput at 64 connections. */
export const SHARE = {
  list: 0.025,
  contacts: 0.025,
  activities: 0.025,
  search: 0.01,
  typed: 0.01,
  gaps: 0.01,
  board: 0.0035,
  dashboard: 0.015,
};
/** A search at 16 connections: most milliseconds of the 99th percentile. */
export const SEARCH_P99_MS = 50;
/** One user alone, any page: most milliseconds. */
export const ALONE_P50_MS = 10;
export const ALONE_P99_MS = 30;
/** At 100,000 of each: a change, beyond one fsync, and a first page's least share of its throughput at 10,000. */
export const CHANGE_P99_MS = 25;
export const LARGE_SHARE = 0.8;
/** Most bytes on the wire. */
export const BOARD_BYTES = 25_000;
export const CODE_BYTES = 124_000;
export const WHOLE_PAGE_BYTES = 160_000;
/** Most MiB of memory. */
export const IDLE_MIB = 40;
export const LOADED_MIB = 80;
/** Most milliseconds from start to first page, and most bytes of binary and site files together. */
export const START_MS = 1_000;
export const DIST_BYTES = 30_000_000;
