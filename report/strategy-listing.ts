/** What `hotlap strategies --json` prints. Keys are a promise to scripts: add, never rename. */
export interface StrategiesResult {
  strategies: StrategyListing[];
}

export interface StrategyListing {
  /** What a run calls it. */
  name: string;
  /** What --strategy takes. */
  source: string;
  /** Absolute. */
  file: string;
  from: 'sample' | 'folder' | 'configuration' | 'argument';
  /** Empty where it has none. */
  description: string;
  parameters: ParameterListing[];
  /** Why it cannot be loaded: one sentence. Absent where it can. */
  problem?: string;
}

export interface ParameterListing {
  name: string;
  kind: 'symbol' | 'integer' | 'number' | 'price' | 'boolean' | 'string';
  /** As --param takes it: a price is decimal text. */
  default: string | number | boolean;
  /** May be changed while the strategy runs. */
  live: boolean;
  min?: number;
  max?: number;
  description?: string;
}
