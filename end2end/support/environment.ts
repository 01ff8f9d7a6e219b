// What the tests need from outside.

/** An environment variable that must be there. */
export function required(name: 'MINICRM_BIN' | 'TEST_DATABASE_URL'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests by \`make test\`, or set it (see end2end/README.md)`);
  return value;
}
