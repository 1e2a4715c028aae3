import { HotlapError } from '../domain/errors.ts';

/** Characters of a strategy's state as JSON; what is larger is no state to hand over between two events. */
const MAX_LENGTH = 1 << 20;
const MAX_DEPTH = 64;

/**
 * What `state()` returned as JSON, exactly: what JSON would leave out or write as something else is refused.
 * @throws HotlapError ERR_STATE_JSON, ERR_STATE_SIZE
 */
export const stateText = (state: unknown): string => {
  check(state, 'state()', []);
  const text = JSON.stringify(state);
  if (text.length > MAX_LENGTH) throw tooLarge(`has ${text.length} characters as JSON, and ${MAX_LENGTH} are allowed`);
  return text;
};

const tooLarge = (what: string): HotlapError =>
  new HotlapError(
    'ERR_STATE_SIZE',
    `state() ${what}: keep what the next version needs, and long rows of numbers in ctx.cells.`,
  );

const refuse = (path: string, what: string): never => {
  throw new HotlapError(
    'ERR_STATE_JSON',
    `${path} is ${what}, which JSON does not carry: state is null, true, false, finite numbers, texts, arrays and plain objects of these.`,
  );
};

function check(value: unknown, path: string, around: unknown[]): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(path, String(value));
      if (Object.is(value, -0)) refuse(path, '-0');
      return;
    case 'object':
      if (value !== null) checkObject(value, path, around);
      return;
    case 'undefined':
      refuse(path, 'undefined');
      return;
    default:
      refuse(path, `a ${typeof value}`);
  }
}

function checkObject(value: object, path: string, around: unknown[]): void {
  if (around.includes(value)) refuse(path, 'part of itself');
  if (around.length === MAX_DEPTH) throw tooLarge(`is more than ${MAX_DEPTH} objects deep`);
  around.push(value);
  if (Array.isArray(value)) {
    if (value.length > MAX_LENGTH) throw tooLarge(`has an array of ${value.length}`);
    // By index: a hole is undefined.
    for (let index = 0; index < value.length; index += 1) check(value[index], `${path}[${index}]`, around);
  } else {
    const made = Object.getPrototypeOf(value);
    if (made !== Object.prototype && made !== null) refuse(path, `a ${made.constructor?.name || 'class instance'}`);
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') refuse(`${path}[${String(key)}]`, 'under a symbol');
      else
        checkMember(
          value,
          key,
          `${path}${/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`,
          around,
        );
    }
  }
  around.pop();
}

function checkMember(owner: object, key: string, path: string, around: unknown[]): void {
  const { enumerable, value, get } = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
  if (enumerable !== true) refuse(path, 'not enumerable');
  if (get !== undefined) refuse(path, 'a getter');
  check(value, path, around);
}
