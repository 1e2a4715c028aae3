import { duration, integer, NONE, percent, plural, seconds, shortPath } from './format.ts';
import { latencyTable } from './latency-table.ts';
import { chosenText, passedOverTexts, transportText } from './receive-text.ts';
import type { FeedCounts, ReportCounts, RunResult, SessionResult } from './run-result.ts';
import { labelled, labelledTable, table } from './table.ts';

/** The summary that ends `demo`, `run` and `replay`, for people; at most 100 columns where nothing long has to stay whole. */
export function runSummary(command: string, result: RunResult): string {
  const blocks: string[][] = [
    [`hotlap ${command}: ${result.ended.reason} (${seconds(result.elapsedSeconds)})`],
    [...feedLines(result), ...orderLines(result)],
    positionLines(result),
    statisticsLines(result),
    [...labelledTable('Latency', latencyTable(result.latency)), ...latencyNotes(result)],
    [
      ...killLines(result),
      ...strategyLines(result),
      ...sessionLines(result),
      ...recoveryLines(result),
      ...dropCopyLines(result),
      ...transportLines(result),
      ...hostLines(result),
    ],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function feedLines({ recording, feed, events, eventsPerSecond }: RunResult): string[] {
  const handed = `${plural(events, 'event')} to strategies, ${integer(eventsPerSecond)} a second`;
  const received = `${plural(feed.messages, 'message')} in ${plural(feed.packets, 'packet')}; ${handed}.`;
  return [
    ...(recording === null
      ? labelled('Feed', received)
      : [
          ...labelled('Feed', [recording.file, ...(recording.merged ?? [])].map(shortPath).join(', ')),
          ...labelled('', received),
        ]),
    ...labelled('', losses(recording ?? feed)),
    ...passedOver(recording?.otherGroups ?? []),
    ...faultLines(feed),
  ];
}

/** What is not the feed is listed, not hidden. */
function passedOver(groups: readonly { group: string; packets: number }[]): string[] {
  const texts = groups.map(({ group, packets }) => `${group} (${plural(packets, 'packet')})`);
  return texts.length === 0 ? [] : labelled('', `Passed over: ${texts.join(', ')}.`);
}

/** What was lost is said in any case, and so is that nothing was. */
function losses(recording: FeedCounts & { latePackets?: number }): string {
  const lost = [
    recording.gaps > 0 && `${plural(recording.gaps, 'gap')} (${plural(recording.lostMessages, 'message')} missing)`,
    recording.drops > 0 && `${plural(recording.drops, 'packet')} dropped for want of room`,
    refused(recording),
    recording.truncated && 'what followed where the file breaks off',
    recording.malformed > 0 && `${plural(recording.malformed, 'malformed message')} passed over`,
  ].filter((text) => text !== false);
  const rest = [
    recording.stale && 'books stale from there on',
    recording.filtered > 0 && `${plural(recording.filtered, 'packet')} of others passed over`,
    recording.aside > 0 && `${plural(recording.aside, 'packet')} put aside, far out of sequence`,
    recording.duplicates > 0 && `${plural(recording.duplicates, 'duplicate')} ignored`,
    (recording.latePackets ?? 0) > 0 && `${plural(recording.latePackets ?? 0, 'packet')} sent late by the simulator`,
  ].filter((text) => text !== false);
  return `${[lost.length === 0 ? whole(recording) : `Lost: ${lost.join(', ')}`, ...rest].join('; ')}.`;
}

function whole({ stale, packets, faults }: FeedCounts): string {
  if (stale) return 'A message made no sense';
  if (packets === 0) return 'Nothing was received';
  // What was lost at the end, or altogether, leaves no gap.
  return (faults?.lost ?? 0) > 0 ? 'No gap was seen' : 'Nothing was lost';
}

function refused({ fragments, oversized, badChecksums }: FeedCounts): string | false {
  const kinds = [
    fragments > 0 && `${plural(fragments, 'fragment')}`,
    oversized > 0 && `${integer(oversized)} too long`,
    badChecksums > 0 && `${integer(badChecksums)} with a wrong checksum`,
  ].filter((text) => text !== false);
  return kinds.length > 0 && `packets refused: ${kinds.join(', ')}`;
}

/** What was done on purpose stands beside what it has led to. */
function faultLines({ faults }: FeedCounts): string[] {
  if (faults === undefined) return [];
  const { lost, duplicated, reordered, delayed, corrupted } = faults;
  const counts = Object.entries({ lost, duplicated, reordered, delayed, corrupted });
  const told = counts.map(([what, count]) => `${integer(count)} ${what}`).join(', ');
  return labelled('', `ON PURPOSE (faults in the configuration), packets: ${told}.`);
}

function orderLines({ orders, fills, refusals, reports }: RunResult): string[] {
  const counts = [
    `${integer(orders.sent)} sent`,
    `${integer(orders.acknowledged)} acknowledged`,
    `${integer(orders.filled)} filled`,
    `${integer(orders.cancelled)} cancelled`,
    `${integer(orders.rejected)} rejected`,
    ...(orders.inDoubt > 0 ? [`${integer(orders.inDoubt)} IN DOUBT (ask the venue)`] : []),
  ];
  const named = Object.entries(refusals)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${integer(count)}`);
  const refused =
    orders.refusedByRisk === 0 ? 'none' : `${integer(orders.refusedByRisk)} (${named.join(', ') || 'unnamed'})`;
  return [
    ...labelled('Orders', `${counts.join(', ')}; refused by risk: ${refused}.`),
    ...labelled('', `${plural(fills.count, 'fill')}, ${plural(fills.quantity, 'share')}.`),
    ...doubts(reports).flatMap((doubt) => labelled('', doubt)),
  ];
}

/** Reports that leave a doubt about the positions. */
function doubts({ unknown, unsupported, missed }: ReportCounts): string[] {
  const found = [
    unknown > 0 && `${plural(unknown, 'report')} of unknown orders`,
    unsupported > 0 && `${plural(unsupported, 'report')} not applied (busts, corrections)`,
    missed > 0 && `${plural(missed, 'fill')} booked at the last price`,
  ].filter((text) => text !== false);
  return found.length === 0 ? [] : [`POSITIONS MAY BE WRONG: ${found.join(', ')}; compare them with the venue's.`];
}

function positionLines({ positions }: RunResult): string[] {
  if (positions.length === 0) return labelled('Positions', 'none.');
  const header = ['strategy', 'symbol', 'quantity', 'average price', 'realized P&L before fees'];
  const rows = positions.map((each) => [
    each.strategy,
    each.symbol,
    integer(each.quantity),
    each.quantity === 0 ? NONE : (each.averagePrice ?? NONE),
    each.realizedPnl,
  ]);
  return labelledTable('Positions', table([header, ...rows], ['left', 'left', 'right', 'right', 'right']));
}

function statisticsLines({ statistics }: RunResult): string[] {
  if (statistics.length === 0) return [];
  const header = ['strategy', 'symbol', 'orders', 'filled', 'turnover', 'unrealized', 'fees', 'slippage', 'drawdown'];
  const rows = statistics.map((each) => [
    each.strategy,
    each.symbol,
    integer(each.orders),
    each.fillRatio === null ? NONE : `${(each.fillRatio * 100).toFixed(1)} %`,
    each.turnover,
    each.unrealizedPnl ?? NONE,
    each.fees ?? NONE,
    each.slippage.decision ?? NONE,
    each.maxDrawdown,
  ]);
  return labelledTable(
    'Trading',
    table(
      [header, ...rows],
      header.map((_, column) => (column < 2 ? 'left' : 'right')),
    ),
  );
}

function latencyNotes({ latency }: RunResult): string[] {
  const notes = [
    'Tick to order ends just before the send; a percentile with fewer than ten samples beyond it is a dash.',
  ];
  if (latency.sampleEvery !== undefined && latency.sampleEvery > 0) {
    const cost = latency.clockCostNs === undefined ? '' : `; one clock reading costs ${duration(latency.clockCostNs)}`;
    notes.push(`Stages are sampled, one event in ${integer(latency.sampleEvery)}${cost}.`);
  }
  return notes.flatMap((note) => labelled('', note));
}

function killLines({ kills }: RunResult): string[] {
  return kills.flatMap(({ scope, who, reason, killed, orders, left, confirmedNs }) => {
    const state = killed ? 'is killed until it is released' : 'was killed and released';
    const gone =
      left > 0
        ? `; OF ${plural(orders, 'OPEN ORDER').toUpperCase()} ${integer(left)} NOT CONFIRMED AS GONE: ask the venue`
        : confirmedNs === null
          ? ''
          : `; ${plural(orders, 'open order')} gone after ${duration(confirmedNs)}`;
    return labelled('Killed', `${scope} ${state} (${who}: ${reason})${gone}.`);
  });
}

function strategyLines({ strategies }: RunResult): string[] {
  const slow = strategies.flatMap(({ name, slowCalls }) => {
    if (slowCalls === undefined) return [];
    const { count, longestUs, phase, budgetUs } = slowCalls;
    const budget = `over its budget of ${duration(budgetUs * 1_000)}`;
    return [
      `Strategy ${name}: ${plural(count, 'call')} ${budget}, the longest ${duration(longestUs * 1_000)} (${phase}).`,
    ];
  });
  const faulted = strategies
    .filter((each) => each.state === 'faulted')
    .flatMap((each) => [
      `Strategy ${each.name} FAULTED:`,
      ...(each.fault ?? 'no reason given').split('\n').map((line) => `  ${line}`),
    ]);
  return [...slow, ...faulted];
}

/** Lines about single orders; all are in summary.json. */
const TOLD_ORDERS = 20;

const RECOVERED: Record<SessionResult['recovered'], string> = {
  nothing: 'it was new',
  'closed in order': 'it had been closed in order',
  killed: 'the process before had been killed; nothing was lost',
  'host went down': 'the host had gone down; the numbers went on behind the reserved block',
};

function sessionLines({ session }: RunResult): string[] {
  if (session === undefined) return [];
  const { stateDir, recovered, nextSenderMsgSeqNum, nextTargetMsgSeqNum } = session;
  return [
    ...labelled(
      'Session',
      `next MsgSeqNum out ${nextSenderMsgSeqNum}, in ${nextTargetMsgSeqNum}; kept in ${shortPath(stateDir)} (${RECOVERED[recovered]}).`,
    ),
  ];
}

/** What a recovery that is not over, or ended so, comes to. */
const UNSETTLED = {
  waiting: 'the venue has not answered for all of them',
  asking: 'the venue has not answered for all of them',
  cancelling: 'not all cancels are confirmed',
  refused: 'refused',
} as const;

function recoveryLines({ recovery }: RunResult): string[] {
  if (recovery === undefined) return [];
  const { state, asked, confirmed, findings, orders, refusal } = recovery;
  const named = Object.entries(findings)
    .filter(([, count]) => count > 0)
    .map(([finding, count]) => `${integer(count)} ${finding}`);
  if (asked === 0 && named.length === 0 && refusal === '') return [];
  const open = `${plural(asked, 'order')} open before, ${integer(confirmed)} as they were`;
  const lines = [`${[open, ...named].join(', ')}${state === 'reconciled' ? '' : `; ${UNSETTLED[state]}`}.`];
  if (refusal !== '') lines.push(refusal);
  const told = orders.filter(({ finding }) => finding !== 'resolved').slice(0, TOLD_ORDERS);
  for (const { finding, ordinal, clOrdId, symbol, side, was, is, executed, leaves } of told) {
    const order = `${finding}: ${side} order ${clOrdId ?? ordinal} of ${symbol}`;
    lines.push(`${order}, ${was} here, ${is} at the venue, ${executed} executed untold, ${leaves} working.`);
  }
  return lines.flatMap((line, index) => labelled(index === 0 ? 'Recovery' : '', line));
}

function transportLines({ transport: { rx, tx } }: RunResult): string[] {
  return [
    ...labelled('Receive', `${chosenText(rx)}.`),
    ...passedOverTexts(rx).flatMap((text) => labelled('', `${text}.`)),
    ...labelled('Send', `${transportText(tx)}.`),
    ...passedOverTexts(tx).flatMap((text) => labelled('', `${text}.`)),
  ];
}

function dropCopyLines({ dropCopy }: RunResult): string[] {
  if (dropCopy === undefined) return [];
  const { session, copies, orders, differences, differing, told } = dropCopy;
  const compared = `${integer(copies)} ${copies === 1 ? 'copy' : 'copies'}, ${plural(orders, 'order')} compared`;
  const agreement =
    differences === 0
      ? 'both sides agree'
      : `${plural(differences, 'order')} DIFFERED, ${differing === 0 ? 'none' : integer(differing)} at the end`;
  if (session === 'never logged on') {
    const lines = ['NOTHING WAS COMPARED: its session was never logged on.', ...told];
    return lines.flatMap((line, index) => labelled(index === 0 ? 'Drop copy' : '', line));
  }
  const state = session === 'logged on' ? '' : '; ITS SESSION WAS LOST';
  return [
    ...labelled('Drop copy', `${compared}; ${agreement}${state}.`),
    ...told.flatMap((sentence) => labelled('', sentence)),
  ];
}

function hostLines({ host, transport, memory, orderLogHash, orderLogLost, tapeCutAt, out }: RunResult): string[] {
  const core =
    host.hotCore !== null && host.pinned
      ? `hot loop pinned to CPU ${host.hotCore}`
      : `hot loop NOT pinned${host.unpinnedReason === undefined ? '' : `: ${host.unpinnedReason}`}`;
  const { count, lostShare, p99, max } = host.stallsOver1us;
  // A replay polls a recording without a pause: there is no idle time that the host could take.
  const isReplay = transport.rx.timestampSource === 'recording';
  const stalls = isReplay
    ? ''
    : count === 0
      ? '; no stall over 1 µs seen'
      : `; ${plural(count, 'stall')} over 1 µs took ${percent(lostShare)} of the idle time (p99 ${duration(p99)}, longest ${duration(max)})`;
  const figures = [
    memory.bytesPerEvent !== null && `${memory.bytesPerEvent.toFixed(2)} bytes per event`,
    memory.collections !== null && plural(memory.collections, 'garbage collection'),
  ].filter((text) => text !== false);
  return [
    ...labelled(
      'Host',
      `${host.cpu}, ${host.kernel.startsWith('Linux') ? '' : 'Linux '}${host.kernel}, Node ${host.node.replace(/^v/, '')}; ${core}, idle ${host.idle}${stalls}.`,
    ),
    ...(figures.length === 0 ? [] : labelled('Memory', `${figures.join(', ')}.`)),
    ...labelled(
      'Order log',
      `sha256 ${orderLogHash}${orderLogLost === 0 ? '' : `; LACKS ${plural(orderLogLost, 'record')}`}`,
    ),
    ...(tapeCutAt === undefined
      ? []
      : labelled(
          'Tape',
          `CUT from turn ${integer(tapeCutAt)} on, since the disk was full or too slow: beyond it the run cannot be run again.`,
        )),
    ...(out === undefined ? [] : labelled('Written', `${out} (summary.json, summary.txt, latency.hlog, orders.csv)`)),
  ];
}
