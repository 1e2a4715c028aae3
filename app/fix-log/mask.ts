/** Passwords and tokens never reach a log, a terminal or a report. */

/** Password(554), NewPassword(925), EncryptedPassword(1402), EncryptedNewPassword(1404), RawData(96). */
const SECRET_TAGS: ReadonlySet<number> = new Set([554, 925, 1402, 1404, 96]);

export const MASK = '***';

export const isSecret = (tag: number): boolean => SECRET_TAGS.has(tag);

/** Where a tag may begin in text that was not taken apart: SOH may be written with digits. */
const TAG_BEGIN = String.raw`(?:(?<!\d)|(?<=\\x01|\\u0001))`;
const SEPARATOR = String.raw`\x01|\||\^A|<SOH>|\[SOH\]|\\x01|\\u0001|\u2401|;`;

const PASSWORD = new RegExp(`${TAG_BEGIN}(554|925|1402|1404)=(?:(?!${SEPARATOR})[^\\n])*`, 'g');
/** Raw data may hold anything, separators too: nothing behind it in the line is shown. */
const RAW_DATA = new RegExp(`${TAG_BEGIN}96=.*`, 's');

export const maskText = (text: string): string =>
  text.includes('=') ? text.replace(PASSWORD, `$1=${MASK}`).replace(RAW_DATA, `96=${MASK}`) : text;

/** Whether raw data may go on behind the line break: nobody knows where it ends. */
export const leavesRawDataOpen = (text: string): boolean => RAW_DATA.test(text);
