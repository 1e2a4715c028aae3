/** For programs that end by being killed: what was compiled for them is kept for the next, as an orderly end keeps it. */
import { flushCompileCache } from 'node:module';

flushCompileCache();
