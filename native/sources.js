// Prints the C++ sources below a folder for binding.gyp, one a line.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const name of readdirSync(process.argv[2], { recursive: true }).sort()) {
  if (name.endsWith('.cc')) console.log(join(process.argv[2], name));
}
