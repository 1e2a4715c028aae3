/** Writes the reference pages that are made from the program; test/unit/reference.test.ts tells when they are stale. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../native/paths.ts';
import { orderStatesPage } from './order-states-page.ts';
import { parquetPage } from './parquet-page.ts';
import { commandLinePage, configurationPage, configurationSchema } from './reference-pages.ts';

writeFileSync(join(packageRoot, 'docs', 'reference', 'configuration.md'), configurationPage());
writeFileSync(join(packageRoot, 'docs', 'reference', 'configuration.schema.json'), configurationSchema());
writeFileSync(join(packageRoot, 'docs', 'reference', 'command-line.md'), commandLinePage());
writeFileSync(join(packageRoot, 'docs', 'reference', 'order-states.md'), orderStatesPage());
writeFileSync(join(packageRoot, 'docs', 'reference', 'parquet.md'), parquetPage());
