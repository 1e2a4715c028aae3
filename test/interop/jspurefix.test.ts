/** Against jspurefix, in both roles. */
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { findPeer } from '../../bench/fix/peers.ts';
import { packageRoot } from '../../native/paths.ts';
import type { Version } from './hotlap-side.ts';
import { interop, type Role } from './scenarios.ts';
import { FIX44 } from './versions.ts';

const installed = findPeer('jspurefix') !== undefined;
const reason = 'not installed (npm ci --ignore-scripts --prefix test/interop)';
if (!installed && process.env.CI !== undefined) throw new Error(`jspurefix is ${reason}`);

const command = (role: Role, port: number, _version: Version, heartBtIntSeconds: number): string[] => [
  process.execPath,
  join(packageRoot, 'test', 'interop', 'jspurefix-counterparty.js'),
  role,
  String(port),
  String(heartBtIntSeconds),
];

if (installed) {
  describe('jspurefix', () => {
    for (const role of ['initiator', 'acceptor'] as const) interop({ command, repeatsAboveGap: true }, FIX44, role);
  });
} else {
  it.skip(`jspurefix: ${reason}`);
}
