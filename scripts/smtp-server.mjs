// An SMTP server for tests: `node scripts/smtp-server.mjs [port]`. It delivers to nobody and prints what it takes.
//
// Each line of its output is JSON: `{ port }` once it listens, `{ event }` as a client begins a mail, one is refused or a connection ends, and
// `{ mail }` for each mail that was accepted. Each line of its input is how it behaves from then on:
//   accept         takes every mail; what it begins with
//   refuse CODE    answers each mail with this code: 451 is for now, 550 for good
//   hold           takes the beginning of each mail and doesn't answer it before the next line
//   drop           takes each mail and closes the connection without an answer, as a server that crashes then
// It ends when its input does.

import { createInterface } from 'node:readline';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

let behaviour = 'accept';
/** Called with the next line of input: what waits for the server to go on. */
let held = [];

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** The mail as its recipient reads it, with its source. */
async function readMail(source) {
  const { from, to, subject, text, html, messageId, headers } = await PostalMime.parse(source);
  return { from, to, subject, text, html, messageId, headers, source: source.toString('latin1') };
}

const server = new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  disableReverseLookup: true,
  onAuth: ({ username, password }, session, done) => done(password === 'right' ? null : new Error('No such account'), { user: username }),
  onMailFrom(address, session, done) {
    print({ event: 'begun' });
    if (behaviour === 'hold') held.push(done);
    else done();
  },
  onClose() {
    print({ event: 'closed' });
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', async () => {
      const [name, code] = behaviour.split(' ');
      if (name === 'refuse') {
        print({ event: 'refused' });
        done(Object.assign(new Error('Not this mail'), { responseCode: Number(code) }));
        return;
      }
      print({ mail: { ...(await readMail(Buffer.concat(chunks))), envelope: session.envelope } });
      if (name === 'drop') [...server.connections].find(({ id }) => id === session.id)?._socket.destroy();
      else done();
    });
  },
});
server.on('error', (error) => process.stderr.write(`${error.message}\n`));
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => print({ port: server.server.address().port }));

createInterface({ input: process.stdin })
  .on('line', (line) => {
    behaviour = line;
    for (const goOn of held.splice(0)) goOn();
  })
  .on('close', () => process.exit());
