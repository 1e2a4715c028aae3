/** HdrHistogram's log format, V2 compressed payloads: opens in every HdrHistogram plotter. */
import * as hdr from 'hdr-histogram-js';

export interface HlogHistogram {
  /** Tag in the log, e.g. `tickToOrder`; letters and digits. */
  readonly tag: string;
  /** Pairs [value in ns, count], as LatencyRecorder.buckets gives them. */
  readonly buckets: Float64Array;
  /** Wall time of the first and the last record, in ms since 1970. */
  readonly startMs: number;
  readonly endMs: number;
}

/** The range and precision of the native recorder, so that no bucket is split or merged. */
const RANGE = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 100_000_000_000,
  numberOfSignificantValueDigits: 3,
} as const;

/** Scale of the log's own column "Interval_Max", which its readers expect in ms. */
const NS_PER_MS = 1e6;

/** One interval line per histogram. Values are ns. */
export function hlogText(histograms: readonly HlogHistogram[]): string {
  let text = '';
  const log = new hdr.HistogramLogWriter((content: string) => {
    text += content;
  });
  log.outputLogFormatVersion();
  log.outputComment('Latencies in nanoseconds, recorded by hotlap.');
  if (histograms.length > 0) {
    log.baseTime = Math.min(...histograms.map((each) => each.startMs));
    // Not log.outputStartTime: it leaves an empty line, which some readers take for the end.
    const start = `${(log.baseTime / 1000).toFixed(3)} (seconds since epoch), ${new Date(log.baseTime).toISOString()}`;
    log.outputComment(`[StartTime: ${start}]`);
  }
  log.outputLegend();
  for (const { tag, buckets, startMs, endMs } of histograms) {
    const histogram = hdr.build({ bitBucketSize: 64, autoResize: false, ...RANGE });
    for (let i = 0; i + 1 < buckets.length; i += 2) {
      histogram.recordValueWithCount(Math.min(buckets[i], RANGE.highestTrackableValue), buckets[i + 1]);
    }
    histogram.tag = tag;
    histogram.startTimeStampMsec = startMs;
    histogram.endTimeStampMsec = endMs;
    log.outputIntervalHistogram(histogram as hdr.Histogram, undefined, undefined, NS_PER_MS);
  }
  return text;
}

export interface HlogBucket {
  readonly tag: string;
  /** The values that count as the same, in ns: from the least to the greatest. */
  readonly fromNs: number;
  readonly toNs: number;
  readonly count: number;
}

/** Every bucket that is not empty, of each histogram from the least value on. @throws where the text is no such log */
export function hlogBuckets(text: string): HlogBucket[] {
  const reader = new hdr.HistogramLogReader(text);
  const buckets: HlogBucket[] = [];
  for (;;) {
    const histogram = reader.nextIntervalHistogram() as hdr.JsHistogram | null;
    if (histogram === null) return buckets;
    const values = histogram.recordedValuesIterator;
    values.reset();
    while (values.hasNext()) {
      const { valueIteratedTo, countAtValueIteratedTo } = values.next();
      buckets.push({
        tag: histogram.tag,
        fromNs: histogram.lowestEquivalentValue(valueIteratedTo),
        toNs: histogram.highestEquivalentValue(valueIteratedTo),
        count: countAtValueIteratedTo,
      });
    }
  }
}
