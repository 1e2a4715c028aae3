/** Against QuickFIX C++ of Debian, in both roles. */
import { describe, it } from 'vitest';
import { command, reason } from './quickfix-counterparty.ts';
import { interop } from './scenarios.ts';
import { FIX42, FIX44, FIX50SP2 } from './versions.ts';

if (reason === undefined) {
  describe('QuickFIX C++', () => {
    for (const version of [FIX42, FIX44, FIX50SP2])
      for (const role of ['initiator', 'acceptor'] as const) interop({ command }, version, role);
  });
} else {
  it.skip(`QuickFIX C++: ${reason}`);
}
