/** A second, independent reading of recordings for tests: slow, plain, and strict about what it meets. */
export interface WirePacket {
  timeNs: bigint;
  sequence: number;
  count: number;
  messages: Buffer[];
}

/** Splits a pcap with nanosecond times into its MoldUDP64 packets; throws on anything malformed. */
export function readMoldPcap(file: Buffer): WirePacket[] {
  if (file.readUInt32LE(0) !== 0xa1b23c4d || file.readUInt32LE(20) !== 1) throw new Error('no ns pcap of Ethernet');
  const packets: WirePacket[] = [];
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    if (file.readUInt32LE(at + 12) !== length || file.readUInt32LE(at + 4) >= 1e9) throw new Error('bad record header');
    const timeNs = BigInt(file.readUInt32LE(at)) * 1_000_000_000n + BigInt(file.readUInt32LE(at + 4));
    packets.push({ timeNs, ...readFrame(file.subarray(at + 16, at + 16 + length)) });
    at += 16 + length;
  }
  return packets;
}

function readFrame(frame: Buffer): Omit<WirePacket, 'timeNs'> {
  if (frame.readUInt16BE(12) !== 0x0800) throw new Error('no IPv4');
  const ip = frame.subarray(14);
  if (ip[0] !== 0x45 || ip[9] !== 17 || ip.readUInt16BE(2) !== ip.length) throw new Error('bad IP header');
  if (onesSum(ip.subarray(0, 20)) !== 0xffff) throw new Error('bad IP checksum');
  const udp = ip.subarray(20);
  if (udp.readUInt16BE(4) !== udp.length) throw new Error('bad UDP length');
  const pseudo = Buffer.from([...ip.subarray(12, 20), 0, 17, udp.length >> 8, udp.length & 0xff]);
  if (onesSum(Buffer.concat([pseudo, udp])) !== 0xffff) throw new Error('bad UDP checksum');
  const mold = udp.subarray(8);
  const count = mold.readUInt16BE(18);
  const messages: Buffer[] = [];
  let at = 20;
  for (let i = 0; i < (count === 0xffff ? 0 : count); i++) {
    messages.push(mold.subarray(at + 2, at + 2 + mold.readUInt16BE(at)));
    at += 2 + mold.readUInt16BE(at);
  }
  if (at !== mold.length) throw new Error('blocks do not end with the packet');
  return { sequence: Number(mold.readBigUInt64BE(10)), count, messages };
}

function onesSum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

export function readBinaryFile(file: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let at = 0;
  while (file.readUInt16BE(at) !== 0) {
    messages.push(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)));
    at += 2 + file.readUInt16BE(at);
  }
  if (at + 2 !== file.length) throw new Error('bytes after the zero record');
  return messages;
}

const LENGTHS: Record<string, number> = { S: 12, R: 39, H: 25, A: 36, F: 40, E: 31, C: 36, X: 23, D: 19, U: 35, P: 44 };

/** Keeps books by the rules of TotalView-ITCH and throws at the first message that breaks one. */
export class StrictBooks {
  readonly counts: Record<string, number> = {};
  readonly symbols: string[] = [];
  readonly orders = new Map<bigint, { locate: number; buy: boolean; shares: number; price: number }>();
  readonly #levels = new Map<number, { bids: Map<number, number>; asks: Map<number, number> }>();
  #timeNs = 0;

  apply(m: Buffer): void {
    const type = String.fromCharCode(m[0]);
    if (LENGTHS[type] !== m.length) throw new Error(`${type} of ${m.length} bytes`);
    this.counts[type] = (this.counts[type] ?? 0) + 1;
    const timeNs = m.readUIntBE(5, 6);
    if (timeNs < this.#timeNs) throw new Error('time goes back');
    this.#timeNs = timeNs;
    const locate = m.readUInt16BE(1);
    const reference = m.length >= 19 ? m.readBigUInt64BE(11) : 0n;
    if (type === 'R') this.symbols[locate] = m.toString('latin1', 11, 19).trim();
    else if (type === 'A' || type === 'F') {
      if (m.toString('latin1', 24, 32).trim() !== this.symbols[locate]) throw new Error('stock is not its locate');
      this.#add(reference, locate, m[19] === 0x42, m.readUInt32BE(20), m.readUInt32BE(32));
    } else if (type === 'E' || type === 'C' || type === 'X') this.#reduce(reference, m.readUInt32BE(19));
    else if (type === 'D') this.#reduce(reference, this.#order(reference).shares);
    else if (type === 'U') {
      const { buy, shares } = this.#order(reference);
      this.#reduce(reference, shares);
      this.#add(m.readBigUInt64BE(19), locate, buy, m.readUInt32BE(27), m.readUInt32BE(31));
    }
  }

  best(locate: number): { bid: number; ask: number } {
    const level = this.#of(locate);
    return { bid: Math.max(...level.bids.keys()), ask: Math.min(...level.asks.keys()) };
  }

  /** Shares at the best bid and ask. */
  bestSizes(locate: number): [number, number] {
    const { bid, ask } = this.best(locate);
    return [this.#of(locate).bids.get(bid)!, this.#of(locate).asks.get(ask)!];
  }

  #of(locate: number) {
    let level = this.#levels.get(locate);
    if (level === undefined) this.#levels.set(locate, (level = { bids: new Map(), asks: new Map() }));
    return level;
  }

  #order(reference: bigint) {
    const order = this.orders.get(reference);
    if (order === undefined) throw new Error(`unknown order ${reference}`);
    return order;
  }

  #add(reference: bigint, locate: number, buy: boolean, shares: number, price: number): void {
    if (this.orders.has(reference)) throw new Error(`order ${reference} is added twice`);
    if (shares === 0) throw new Error(`order ${reference} of nothing`);
    this.orders.set(reference, { locate, buy, shares, price });
    const levels = buy ? this.#of(locate).bids : this.#of(locate).asks;
    levels.set(price, (levels.get(price) ?? 0) + shares);
    const { bid, ask } = this.best(locate);
    if (bid >= ask) throw new Error(`${this.symbols[locate]} is crossed at ${bid} and ${ask}`);
  }

  #reduce(reference: bigint, shares: number): void {
    const order = this.#order(reference);
    if (shares > order.shares || shares === 0) throw new Error(`${shares} of ${order.shares} shares taken`);
    const levels = order.buy ? this.#of(order.locate).bids : this.#of(order.locate).asks;
    const left = levels.get(order.price)! - shares;
    if (left === 0) levels.delete(order.price);
    else levels.set(order.price, left);
    order.shares -= shares;
    if (order.shares === 0) this.orders.delete(reference);
  }
}
