/** `hotlap fix dictionary`: the dictionary of a version as a file to which a venue's own fields are added. */
import { loadTable, TABLE_VERSIONS, type TableVersion } from 'fix-parser';
import { dictionaryXml } from '../gateway/dictionary/dictionary-xml.ts';

export const DICTIONARY_VERSIONS: readonly string[] = TABLE_VERSIONS;

/** @param version one of DICTIONARY_VERSIONS */
export async function standardDictionary(version: string): Promise<string> {
  return dictionaryXml(await loadTable(version as TableVersion));
}
