/** What bin/launch.js decided before this image of the process began. */
export interface LaunchState {
  /** CPU for the hot Worker; null: none to spare, or refused. */
  readonly hotCore: number | null;
  /** CPUs that were allowed at the start, the hot one included. */
  readonly cpus: readonly number[];
  /** Why there is no hot core, as a clause; empty when there is one. */
  readonly reason: string;
}

const NOT_LAUNCHED: LaunchState = { hotCore: null, cpus: [], reason: 'the process was not started by bin/hotlap.js' };

/** The pid guards against a variable that a child inherited from its parent. */
export function launchState(env: NodeJS.ProcessEnv = process.env): LaunchState {
  try {
    const state = JSON.parse(env.HOTLAP_LAUNCH ?? '{}') as Partial<LaunchState> & { pid?: number };
    if (state.pid !== process.pid) return NOT_LAUNCHED;
    return { hotCore: state.hotCore ?? null, cpus: state.cpus ?? [], reason: state.reason ?? '' };
  } catch {
    return NOT_LAUNCHED;
  }
}
