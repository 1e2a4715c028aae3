import { DPDK_MEMIF } from '../../support/streams/shared-memory-streams.ts';
import { streamSuite } from '../../support/streams/stream-suite.ts';

streamSuite(DPDK_MEMIF);
