/** What `hotlap doctor` found out: the document of --json. */

/**
 * `missing`: something that is needed is not there. `improve`: it works, and costs latency or certainty. `unknown`: it
 * could not be looked at.
 */
export type DoctorVerdict = 'ok' | 'improve' | 'missing' | 'unknown';

export interface DoctorMend {
  /** Shell commands, one after the other; empty where no command can do it, and `note` says who can. */
  readonly commands: readonly string[];
  readonly effect: 'now' | 'at-next-boot' | 'at-next-start';
  /** Commands after which it survives a reboot; empty: it does already, or it is part of each start. */
  readonly keep: readonly string[];
  /** What to know before; empty: nothing. */
  readonly note: string;
}

export interface DoctorFinding {
  /** Stable: for --skip and for programs. */
  readonly check: string;
  readonly title: string;
  /** The network interface it is about; null: the host. */
  readonly interface: string | null;
  readonly verdict: DoctorVerdict;
  /** What is there: a clause, without a full stop. */
  readonly found: string;
  /** Why it matters to this engine: a clause. */
  readonly why: string;
  /** null: nothing to mend, or nothing that could be. */
  readonly mend: DoctorMend | null;
}

export interface DoctorResult {
  readonly host: {
    readonly name: string;
    readonly processor: string;
    readonly kernel: string;
    readonly node: string;
    /** CPUs that a process started here may use. */
    readonly cpus: string;
    readonly hotCore: number;
    readonly virtualMachine: boolean;
    readonly container: boolean;
    readonly user: string;
    readonly interfaces: readonly string[];
    /** Receive transports that were asked for; null: no configuration was given, and everything is looked at. */
    readonly rx: readonly string[] | null;
  };
  readonly counts: Readonly<Record<DoctorVerdict, number>>;
  /** Worst first. */
  readonly findings: readonly DoctorFinding[];
  /** Checks that --skip left out. */
  readonly skipped: readonly string[];
}
