// Figures as people read them.

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The number that so many percent are not above. */
export function percentile(numbers, percent) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)];
}

/** Every measurement, one a line. */
export function table(figures) {
  const rows = figures.map(({ server, page, connections, perSecond, p50, p99, share }) => [
    server,
    page,
    String(connections),
    short(perSecond),
    short(p50),
    short(p99),
    server === 'bare' ? '' : `${short(share * 100)} %`,
  ]);
  return columns([['server', 'page', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'of bare'], ...rows]);
}

/** What a page asks for beside itself, with its bytes on the wire. */
export function filesTable(files) {
  return columns(files.map(({ path, bytes, later }) => [path, `${bytes} B`, later ? 'at the first sign of a person' : '']));
}

/** Every budget, one a line. */
export function report(checks) {
  const rows = checks.map(({ what, value, bound, unit, ok }) => [what, `${short(value)} ${unit}`, bound, bound && (ok ? 'ok' : 'MISSED')]);
  const missed = checks.filter(({ ok }) => !ok).length;
  const last = missed === 0 ? 'all budgets are kept' : `${missed} budgets are missed`;
  return `${columns([['budget', 'measured', 'allowed', ''], ...rows])}\n\n${last}`;
}

function short(number) {
  return number >= 100 ? String(Math.round(number)) : number.toPrecision(3);
}

/** Rows of cells under each other, the first column to the left. */
export function columns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')).join('\n');
}
