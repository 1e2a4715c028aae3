/** The Worker that a simulated market runs in: a loop that never yields, commanded by messages. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { PlaybackStats, RecordingFormat } from '../../native/index.ts';
import { Market } from './market.ts';
import type { MarketCommand, MarketMessage, MarketSettings } from './settings.ts';

export interface MarketWorkerData {
  settings: MarketSettings;
  ring: SharedArrayBuffer;
  format: RecordingFormat;
}

/** How long a stop waits for the client's Logout(5), beyond the session's own time-out. */
const STOP_MARGIN_MS = 500;

const port = parentPort!;
const say = (message: MarketMessage): void => port.postMessage(message);

function main(): void {
  const { settings, ring, format } = workerData as MarketWorkerData;
  const market = new Market(settings, ring, format, {
    onLog: (level, text) => say({ type: 'log', level, text }),
    onLogon: () => say({ type: 'logon' }),
    onLogout: (reason) => say({ type: 'logout', reason }),
  });
  say({ type: 'ready', ...market.start() });
  let endTold = false;
  for (let stopping = false; !stopping; ) {
    const worked = market.turn();
    for (let held = receiveMessageOnPort(port); held !== undefined; held = receiveMessageOnPort(port)) {
      const command = held.message as MarketCommand;
      stopping ||= command.type === 'stop';
      obey(market, command);
    }
    if (worked > 0) continue;
    if (market.hasFailed()) throw sendFailure(settings, market.report().playback);
    if (!endTold && market.hasEnded()) {
      endTold = true;
      say({ type: 'ended', report: market.report() });
    }
    market.rest();
  }
  stop(market, settings.session.logoutTimeoutMs + STOP_MARGIN_MS);
}

function obey(market: Market, command: MarketCommand): void {
  if (command.type === 'go') market.go();
  else if (command.type === 'join') say({ type: 'joined', id: command.id, latencies: market.join(command.pairs) });
  else if (command.type === 'report') say({ type: 'reported', id: command.id, report: market.report() });
}

/** Says Logout, gives the client time to answer, and ends the playback thread. */
function stop(market: Market, timeoutMs: number): void {
  const deadline = Date.now() + timeoutMs;
  market.exchange.logout('The simulator stops');
  while (!market.exchange.hasStopped() && Date.now() < deadline) if (market.turn() === 0) market.rest();
  const report = market.report();
  market.close();
  say({ type: 'stopped', report });
}

function sendFailure({ feed, messagesPerPacket }: MarketSettings, { tooLongBytes, wireBytes }: PlaybackStats): Error {
  const smaller =
    messagesPerPacket === undefined
      ? 're-frame the recording with --messages-per-packet 20'
      : 'have fewer messages in one with --messages-per-packet';
  const sentence =
    tooLongBytes === 0
      ? `The feed cannot be sent to ${feed.group}:${feed.port} by ${feed.interface}: check address and interface.`
      : `A packet of ${tooLongBytes} bytes does not fit the wire, which takes ${wireBytes}: ${smaller}, or send it through the kernel, which fragments.`;
  return Object.assign(new Error(sentence), { code: 'ERR_SIMULATOR_SEND' });
}

try {
  main();
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  say({ type: 'failed', code: code ?? 'ERR_UNEXPECTED', sentence: message });
}
