/** One leg: one subject at one rate against a simulator of its own. */
import type { TransportPair } from '../app/options.ts';
import type { Subject, TransportFact } from './bench-result.ts';
import type { Histogram } from './samples.ts';

/** The same for both subjects of a run, so that they do the same job. */
export interface LegPlan {
  readonly pair: TransportPair;
  readonly rate: number;
  readonly messagesPerPacket: number;
  readonly recording: string;
  readonly symbol: string;
  /** An order at each n-th event of the symbol's book. */
  readonly every: number;
  readonly quantity: number;
}

export interface Leg {
  readonly subject: Subject;
  readonly pair: TransportPair;
  /** Of the engine. */
  readonly fact?: TransportFact;
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly events: number;
  readonly orders: number;
  readonly tickToOrder: Histogram;
  /** One for each order that could be joined, in ns. */
  readonly wireToWire: Float64Array;
  readonly systemCalls: { feedReceive: number; fixReceive: number; fixSend: number };
  readonly bytesPerEvent: number;
  readonly collections: number;
  readonly stalls: { count: number; lostShare: number };
  readonly packets: number;
  readonly latePackets: number;
}
