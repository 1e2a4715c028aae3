/** counterparty.cc, compiled, with the settings that a role and a FIX version ask for. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeer } from '../../bench/fix/peers.ts';
import { compileWithQuickfix, whyNoQuickfix } from '../../bench/fix/quickfix.ts';
import { packageRoot } from '../../native/paths.ts';
import type { Version } from './hotlap-side.ts';
import type { Role } from './scenarios.ts';

/** Why it cannot be had here; undefined where it can. In CI it must. */
export const reason: string | undefined = await whyNoQuickfix();
if (reason !== undefined && process.env.CI !== undefined) throw new Error(reason);
const program =
  reason === undefined
    ? (await compileWithQuickfix(join(packageRoot, 'test', 'interop', 'counterparty.cc'), '-O1')).path
    : '';
const folder = mkdtempSync(join(tmpdir(), 'hotlap-interop-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** jspurefix brings QuickFIX's dictionaries of 4.2 and 4.4, Debian's package none: where there is one, QuickFIX validates by it. */
function dictionaryOf(version: Version): string {
  const file = join(findPeer('jspurefix')?.folder ?? '', 'data', `${version.beginString.replaceAll('.', '')}.xml`);
  return existsSync(file) ? `UseDataDictionary=Y\nDataDictionary=${file}` : 'UseDataDictionary=N';
}

let settingsFiles = 0;
/** The command that starts one. */
export function command(role: Role, port: number, version: Version, heartBtIntSeconds: number): string[] {
  const file = join(folder, `${++settingsFiles}.cfg`);
  const where =
    role === 'acceptor' ? `SocketAcceptPort=${port}` : `SocketConnectHost=127.0.0.1\nSocketConnectPort=${port}`;
  writeFileSync(
    file,
    `[DEFAULT]
ConnectionType=${role}
${where}
SocketReuseAddress=Y
SocketNodelay=Y
ReconnectInterval=1
StartTime=00:00:00
EndTime=00:00:00
HeartBtInt=${heartBtIntSeconds}
[SESSION]
BeginString=${version.beginString}
${version.defaultApplVerId === undefined ? '' : 'DefaultApplVerID=FIX.5.0SP2'}
SenderCompID=PEER
TargetCompID=HOTLAP
${dictionaryOf(version)}
`,
  );
  return [program, file, role];
}
