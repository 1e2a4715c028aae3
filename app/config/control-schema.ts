/** `control:` of the configuration: the socket by which `hotlap ctl` reaches a running engine. */
import { z } from 'zod';

export const DEFAULT_CONTROL = {
  // A person and a dashboard together ask less; each answer costs the main thread well under a millisecond.
  requestsPerSecond: 20,
  connections: 8,
  // Nobody types that slowly: `hotlap ctl` sends its request as soon as it is connected.
  idleMs: 10_000,
} as const;

export const controlSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether there is one.'),
  socket: z
    .string()
    .min(1)
    .optional()
    .describe("File of the socket, in a folder that is this user's alone; `control.sock` in `stateDir` when absent."),
  requestsPerSecond: z
    .int()
    .min(1)
    .max(1_000)
    .default(DEFAULT_CONTROL.requestsPerSecond)
    .describe('Requests answered in a second. `disarm`, `kill` and `cancel` have as many of their own.'),
  connections: z.int().min(1).max(64).default(DEFAULT_CONTROL.connections).describe('Connections at a time.'),
  idleMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(DEFAULT_CONTROL.idleMs)
    .describe('A connection without a complete request, or that does not read its answer, is closed after so long.'),
});

export type ControlSettings = z.output<typeof controlSchema>;
