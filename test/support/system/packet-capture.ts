/** Packets of the loopback interface as tshark reads them: an implementation of both protocols that is not ours. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const works = (command: string, args: readonly string[]): boolean => spawnSync(command, args).status === 0;

/** Why nothing can be captured here; undefined where it can. */
export function noCaptureReason(): string | undefined {
  if (!works('tshark', ['--version'])) return 'tshark is not installed';
  if (!works('dumpcap', ['-i', 'lo', '-a', 'duration:0', '-w', '/dev/null', '-q'])) return 'no right to capture on lo';
  return undefined;
}

export class PacketCapture {
  readonly #file: string;
  readonly #dumpcap: ChildProcess;

  private constructor(file: string, filter: string) {
    this.#file = file;
    this.#dumpcap = spawn('dumpcap', ['-i', 'lo', '-B', '64', '-f', filter, '-w', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  /** Resolves once packets are being written. */
  static async start(file: string, filter: string): Promise<PacketCapture> {
    const capture = new PacketCapture(file, filter);
    const { stderr } = capture.#dumpcap;
    let said = '';
    // Read to its end: dumpcap dies of a closed pipe.
    stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const deadline = Date.now() + 100_000;
    while (!said.includes('File:')) {
      if (capture.#dumpcap.exitCode !== null || Date.now() > deadline) throw new Error(`dumpcap: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return capture;
  }

  async stop(): Promise<void> {
    if (this.#dumpcap.exitCode !== null) throw new Error(`dumpcap ended by itself: ${this.#dumpcap.exitCode}`);
    // The kernel hands packets over in blocks, a block a second at the latest.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const closed = once(this.#dumpcap, 'exit');
    this.#dumpcap.kill('SIGINT');
    await closed;
  }

  /** @param decodeAs e.g. `tcp.port==9878,fix` @returns the wanted fields of each packet that matches */
  read(decodeAs: string, displayFilter: string, fields: readonly string[]): string[][] {
    const wanted = fields.flatMap((field) => ['-e', field]);
    const args = [
      '-r',
      this.#file,
      '-d',
      decodeAs,
      '-Y',
      displayFilter,
      '-T',
      'fields',
      '-E',
      'separator=|',
      ...wanted,
    ];
    const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`tshark: ${stderr}`);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('|'));
  }
}

/** TCP ports of IPv4 on which a process listens. */
export function listeningPorts(pid: number): number[] {
  const inodes = descriptors(pid).map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]);
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((column) => column[3] === '0A' && inodes.includes(column[9]))
    .map((column) => Number.parseInt((column[1] as string).split(':')[1] as string, 16));
}

/** What a process has open; nothing of one that has ended. */
function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}
