import { streamSuite } from '../../support/streams/stream-suite.ts';
import { AF_XDP_HOST_ADDRESS } from '../../support/streams/veth-streams.ts';

streamSuite(AF_XDP_HOST_ADDRESS);
