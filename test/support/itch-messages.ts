/** Builds TotalView-ITCH 5.0 messages field by field, as the specification lays them out. */
interface Header {
  locate?: number;
  timeNs?: number;
}

export const LENGTHS: Readonly<Record<string, number>> = {
  ...{ S: 12, R: 39, H: 25, Y: 20, L: 26, V: 35, W: 12, K: 28, J: 35, h: 21, A: 36, F: 40 },
  ...{ E: 31, C: 36, X: 23, D: 19, U: 35, P: 44, Q: 40, B: 19, I: 50, N: 20, O: 48 },
};

export function itch(type: string, header: Header = {}): Buffer {
  const message = Buffer.alloc(LENGTHS[type]!);
  message.write(type, 0, 'latin1');
  message.writeUInt16BE(header.locate ?? 1, 1);
  message.writeUIntBE(header.timeNs ?? 0, 5, 6);
  return message;
}

const stock = (message: Buffer, offset: number, symbol: string) => message.write(symbol.padEnd(8), offset, 'latin1');

export function directory(symbol: string, header: Header = {}): Buffer {
  const message = itch('R', header);
  stock(message, 11, symbol);
  return message;
}

export interface AddFields extends Header {
  reference: number;
  side: 'B' | 'S';
  shares: number;
  price: number;
  symbol?: string;
  type?: 'A' | 'F';
}

export function add(fields: AddFields): Buffer {
  const message = itch(fields.type ?? 'A', fields);
  message.writeBigUInt64BE(BigInt(fields.reference), 11);
  message.write(fields.side, 19, 'latin1');
  message.writeUInt32BE(fields.shares, 20);
  stock(message, 24, fields.symbol ?? 'TEST');
  message.writeUInt32BE(fields.price, 32);
  return message;
}

export function execute(reference: number, shares: number, header: Header & { match?: number } = {}): Buffer {
  const message = itch('E', header);
  message.writeBigUInt64BE(BigInt(reference), 11);
  message.writeUInt32BE(shares, 19);
  message.writeBigUInt64BE(BigInt(header.match ?? 0), 23);
  return message;
}

export function executeWithPrice(
  reference: number,
  shares: number,
  price: number,
  printable: 'Y' | 'N',
  header: Header = {},
): Buffer {
  const message = itch('C', header);
  message.writeBigUInt64BE(BigInt(reference), 11);
  message.writeUInt32BE(shares, 19);
  message.write(printable, 31, 'latin1');
  message.writeUInt32BE(price, 32);
  return message;
}

export function cancel(reference: number, shares: number, header: Header = {}): Buffer {
  const message = itch('X', header);
  message.writeBigUInt64BE(BigInt(reference), 11);
  message.writeUInt32BE(shares, 19);
  return message;
}

export function remove(reference: number, header: Header = {}): Buffer {
  const message = itch('D', header);
  message.writeBigUInt64BE(BigInt(reference), 11);
  return message;
}

export function replace(
  oldReference: number,
  newReference: number,
  shares: number,
  price: number,
  header: Header = {},
): Buffer {
  const message = itch('U', header);
  message.writeBigUInt64BE(BigInt(oldReference), 11);
  message.writeBigUInt64BE(BigInt(newReference), 19);
  message.writeUInt32BE(shares, 27);
  message.writeUInt32BE(price, 31);
  return message;
}

export function trade(shares: number, price: number, match: number, header: Header = {}): Buffer {
  const message = itch('P', header);
  message.write('B', 19, 'latin1');
  message.writeUInt32BE(shares, 20);
  stock(message, 24, 'TEST');
  message.writeUInt32BE(price, 32);
  message.writeBigUInt64BE(BigInt(match), 36);
  return message;
}

export function cross(shares: bigint, price: number, match: number, type: string, header: Header = {}): Buffer {
  const message = itch('Q', header);
  message.writeBigUInt64BE(shares, 11);
  stock(message, 19, 'TEST');
  message.writeUInt32BE(price, 27);
  message.writeBigUInt64BE(BigInt(match), 31);
  message.write(type, 39, 'latin1');
  return message;
}

export function tradingAction(state: 'H' | 'P' | 'Q' | 'T', header: Header = {}): Buffer {
  const message = itch('H', header);
  stock(message, 11, 'TEST');
  message.write(state, 19, 'latin1');
  return message;
}

export function operationalHalt(market: string, action: 'H' | 'T', header: Header = {}): Buffer {
  const message = itch('h', header);
  stock(message, 11, 'TEST');
  message.write(market + action, 19, 'latin1');
  return message;
}

export function imbalance(shares: bigint, direction: string, reference: number, header: Header = {}): Buffer {
  const message = itch('I', header);
  message.writeBigUInt64BE(7_000n, 11);
  message.writeBigUInt64BE(shares, 19);
  message.writeUInt32BE(reference + 200, 36);
  message.write(direction, 27, 'latin1');
  stock(message, 28, 'TEST');
  message.writeUInt32BE(reference, 44);
  message.write('O', 48, 'latin1');
  return message;
}
