/** FIX messages as people write them: `35=A|34=1|98=0|`, with | for SOH. */
export const SOH = '\x01';

/** Adds BeginString, BodyLength and CheckSum to `35=…|34=…|…|`. */
export function wire(body: string, beginString = 'FIX.4.4'): Uint8Array {
  const fields = body.replaceAll('|', SOH);
  return sealed(`8=${beginString}${SOH}9=${fields.length}${SOH}${fields}`);
}

/** Adds CheckSum to `8=…|9=…|…|`. */
export function sealed(text: string): Uint8Array {
  const message = text.replaceAll('|', SOH);
  let sum = 0;
  for (let i = 0; i < message.length; i++) sum += message.charCodeAt(i);
  return Buffer.from(`${message}10=${String(sum % 256).padStart(3, '0')}${SOH}`, 'latin1');
}

export function readable(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1').replaceAll(SOH, '|');
}

/** Checks BodyLength and CheckSum by the book, with nothing of the code under test. @returns the fields between them */
export function bodyOf(message: Uint8Array): string {
  const text = readable(message);
  const parts = /^8=FIXT?\.\d\.\d\|9=([1-9]\d*)\|(35=.*\|)10=(\d{3})\|$/s.exec(text);
  if (parts === null) throw new Error(`not a FIX message: ${text}`);
  const [, length, body, sum] = parts;
  if (Number(length) !== body.length) throw new Error(`BodyLength ${length} for ${body.length} bytes: ${text}`);
  let expected = 0;
  for (let i = 0; i < message.length - 7; i++) expected += message[i];
  if (Number(sum) !== expected % 256) throw new Error(`CheckSum ${sum}, not ${expected % 256}: ${text}`);
  return body;
}

/** Cuts bytes that hold whole messages. */
export function messagesIn(bytes: Uint8Array): Uint8Array[] {
  const text = readable(bytes);
  const found: Uint8Array[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('|', text.indexOf('|10=', start) + 1) + 1;
    if (end <= start) throw new Error(`not whole messages: ${text.slice(start)}`);
    found.push(bytes.slice(start, end));
    start = end;
  }
  return found;
}
