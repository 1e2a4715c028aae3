import { streamSuite } from '../../support/streams/stream-suite.ts';
import { KERNEL } from '../../support/streams/veth-streams.ts';

streamSuite(KERNEL);
