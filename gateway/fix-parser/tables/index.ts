import type { DictionaryData } from '../dictionary-data.ts';

const TABLES = {
  'FIX.4.0': () => import('./fix40.ts'),
  'FIX.4.1': () => import('./fix41.ts'),
  'FIX.4.2': () => import('./fix42.ts'),
  'FIX.4.3': () => import('./fix43.ts'),
  'FIX.4.4': () => import('./fix44.ts'),
  'FIX.5.0': () => import('./fix50.ts'),
  'FIX.5.0SP1': () => import('./fix50sp1.ts'),
  'FIX.5.0SP2': () => import('./fix50sp2.ts'),
  'FIXT.1.1': () => import('./fixt11.ts'),
} as const;

export type TableVersion = keyof typeof TABLES;

export const TABLE_VERSIONS: readonly TableVersion[] = Object.keys(TABLES) as TableVersion[];

/** What a version of FIX defines. Each is a module of its own, read when it is asked for the first time. */
export async function loadTable(version: TableVersion): Promise<DictionaryData> {
  return (await TABLES[version]()).table;
}
