import { join } from 'node:path';
import { packageRoot } from '../native/paths.ts';

/** The compiled floor (bench/floor), built together with the addon. */
export const floorPath = (): string => join(packageRoot, 'build', 'Release', 'floor');
