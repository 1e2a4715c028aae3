import type { SessionConfig } from '../../../gateway/index.ts';

/**
 * A definition is text, one step a line, played from the venue's side; `#` begins a comment, the first one is the title.
 * At the head, before the first step, `config KEY VALUE` (a key of SessionConfig, or `numbers OUT IN`, `rxBytes N`,
 * `validate true`).
 *
 *   accept                    the initiator connects                    start, logout …, send 35=D|…   see initiator.ts
 *   logon                     start, accept, its Logon 34=1, our reply, its application hears it
 *   reply 35=A|34=1|98=0|     we send; header fields, length and checksum are put in where they are absent
 *   bytes 8=FIX.4.4|9=5|…     we send exactly this
 *   hold … release [N]        what we send waits, then goes in one write, or in pieces of N bytes
 *   expect [900..4000] 35=1|34=2|112=TEST|    its next message, field by field, in order; so many ms behind its last one,
 *                             as SendingTime(52) of both says
 *   silence 300               so long nothing comes and the connection stays
 *   closed [500..]            it closes the connection, without another byte, so many ms behind its last message
 *   close · half-close · reset                we do: FIN after what was sent, FIN but reading on, RST
 *   hears logon               what its application hears next             logs TEXT     one line of its log holds this
 *   deaf · listen             the port stops listening, and again         wait 200      so long nothing is looked at
 *
 * Values: <time> (now), <time-121s>, <sent N> (SendingTime of the message it sent under that number), <any> (also nothing), <soh>,
 * <N bytes>, <absent>.
 */
export interface Definition {
  file: string;
  title: string;
  session: SessionConfig;
  numbers: [number, number];
  rxBytes: number;
  validate: boolean;
  steps: Step[];
}

export interface Step {
  line: number;
  name: string;
  /** Milliseconds: no sooner, no later. */
  window: [number, number];
  text: string;
}

/** Steps that the runner knows itself; the rest are commands for the initiator. */
export const VENUE_STEPS = new Set([
  ...['accept', 'logon', 'reply', 'bytes', 'hold', 'release', 'expect', 'silence', 'closed', 'close', 'half-close'],
  ...['reset', 'hears', 'logs', 'deaf', 'listen', 'wait'],
]);
const COMMANDS = new Set(['start', 'send', 'logout', 'stop', 'veto', 'unsupported', 'numbers']);

/** How late an answer may be on a machine that is busy with everything else. */
export const PATIENCE_MS = 20_000;

const BASE: SessionConfig = {
  role: 'initiator',
  beginString: 'FIX.4.4',
  senderCompId: 'HOTLAP',
  targetCompId: 'VENUE',
  heartBtIntMs: 30_000,
  resetOnLogon: false,
  logonTimeoutMs: 2_000,
  logoutTimeoutMs: 1_000,
  sendingTimeAccuracyMs: 120_000,
};

export function parseDefinition(file: string, text: string): Definition {
  const definition: Definition = {
    file,
    title: '',
    session: { ...BASE },
    numbers: [1, 1],
    rxBytes: 65_536,
    validate: false,
    steps: [],
  };
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line.startsWith('#') && definition.title === '') definition.title = line.slice(1).trim();
    if (line === '' || line.startsWith('#')) return;
    const fail = (why: string): never => {
      throw new Error(`${file}:${index + 1}: ${why}: ${line}`);
    };
    const [, name, window, rest] = /^(\S+)(?: (\[[^\]]*\]))?(?: (.*))?$/.exec(line) ?? fail('not a step');
    if (name === 'config') {
      if (definition.steps.length > 0) fail('configuration belongs at the head');
      configure(definition, rest ?? '', fail);
    } else if (VENUE_STEPS.has(name) || COMMANDS.has(name)) {
      definition.steps.push({ line: index + 1, name, window: windowOf(window, fail), text: rest ?? '' });
    } else {
      fail('unknown step');
    }
  });
  if (definition.title === '' || definition.steps.length === 0)
    throw new Error(`${file}: a title and steps are needed`);
  return definition;
}

function configure(definition: Definition, text: string, fail: (why: string) => never): void {
  const [key, ...rest] = text.split(' ');
  const value = rest.join(' ');
  if (key === 'numbers') definition.numbers = rest.map(Number) as [number, number];
  else if (key === 'rxBytes') definition.rxBytes = Number(value);
  else if (key === 'validate') definition.validate = value === 'true';
  else if (key === '' || value === '') fail('config needs a key and a value');
  else Object.assign(definition.session, { [key]: settingOf(value) });
}

/** A number, true or false, a JSON text, list or object, else text as it stands. */
function settingOf(text: string): unknown {
  return /^(?:-?\d+|true|false|[[{"].*)$/.test(text) ? JSON.parse(text) : text;
}

function windowOf(text: string | undefined, fail: (why: string) => never): [number, number] {
  if (text === undefined) return [0, PATIENCE_MS];
  const [, from, to] = /^\[(\d+)\.\.(\d*)\]$/.exec(text) ?? fail('a window is [FROM..TO] in ms');
  return [Number(from), to === '' ? PATIENCE_MS : Number(to)];
}
