/** Reference pages made from what the program itself knows, so that they cannot say anything else. */
import type { Command, Option } from 'commander';
import { z } from 'zod';
import { configSchema } from '../app/config/index.ts';
import { createProgram } from '../cli/program.ts';

interface Property {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Property[];
  description?: string;
  default?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  properties?: Record<string, Property>;
  required?: string[];
  additionalProperties?: Property | boolean;
  items?: Property;
}

const CONFIGURATION_START = `# Configuration

\`hotlap run --config engine.yaml\` and \`hotlap demo --config engine.yaml\` read YAML. Flags win over the file. An unknown
key, a wrong type or a value out of bounds ends the start with file, line and the right key (status 2). Relative paths
start from the file's folder. The file is read once: while the engine runs, limits and live parameters change
by \`hotlap ctl\` alone.

\`\${ENV:NAME}\` and \`\${FILE:path}\` inside any text are replaced by an environment variable and by a file's content (its
last line break left out), so that no secret needs to lie in the file.

Editors that know YAML schemas complete and check keys by [a JSON Schema](configuration.schema.json), which the package
carries: with this as the file's first line, its path as seen from the file.

\`\`\`yaml
# yaml-language-server: $schema=node_modules/hotlap/docs/reference/configuration.schema.json
\`\`\`

\`\`\`yaml
feeds:
  - protocol: itch50
    group: 233.54.12.111
    port: 26477
    interface: 10.0.0.2
venues:
  - name: exchange
    host: 10.0.0.9
    port: 9878
    senderCompId: ME
    targetCompId: THEM
    password: \${ENV:FIX_PASSWORD}
strategies:
  - source: ./strategies/mine.ts
    params: { symbol: AAPL, quantity: 200 }
risk:
  maxQuantity: 500
  symbols:
    GME: { restricted: true }
loop:
  idle: spin
\`\`\`
`;

/** docs/reference/configuration.schema.json: for editors; what holds between two keys only the program checks. */
export function configurationSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', override: allowReference });
  return `${JSON.stringify({ $schema, title: 'Configuration of hotlap', ...schema }, null, 1)}\n`;
}

/** Text may stand for what is put in its place: `${ENV:NAME}` has neither the form nor the length of an address. */
function allowReference({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { type, pattern, minLength, maxLength } = jsonSchema;
  if (type !== 'string' || (pattern ?? maxLength) === undefined) return;
  // zod's own name for how the pattern came about; no format of JSON Schema.
  delete jsonSchema.format;
  delete jsonSchema.pattern;
  delete jsonSchema.minLength;
  delete jsonSchema.maxLength;
  const given = { ...(pattern && { pattern }), ...(minLength && { minLength }), ...(maxLength && { maxLength }) };
  jsonSchema.anyOf = [given, { pattern: '\\$\\{(ENV|FILE):[^}]+\\}' }];
}

/** docs/reference/configuration.md */
export function configurationPage(): string {
  const root = z.toJSONSchema(configSchema, { io: 'input' }) as Property;
  const sections = Object.entries(root.properties ?? {}).flatMap(([name, property]) => {
    const byName = property.type === 'object' && property.properties === undefined;
    return byName ? subsection(name, property) : [section(name, property)];
  });
  return `${CONFIGURATION_START}\n${sections.join('\n')}`;
}

function section(name: string, property: Property): string {
  const isList = property.type === 'array';
  const object = (isList ? property.items : property) as Property;
  const rows = Object.entries(object.properties ?? {}).map(([key, each]) => {
    const required = object.required?.includes(key) === true ? 'required' : defaultOf(each);
    return `| \`${key}\` | ${typeOf(each)} | ${required} | ${each.description ?? ''} |`;
  });
  const heading = `${name.includes('.') ? '###' : '##'} \`${name}\`${isList ? ' (a list)' : ''}`;
  const table = `| key | value | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  const inner = Object.entries(object.properties ?? {}).flatMap(([key, each]) => subsection(`${name}.${key}`, each));
  return [`${heading}\n\n${property.description ?? ''}\n\n${table}`, ...inner].join('\n');
}

/** A mapping with keys of its own, or none at all; one by the user's names is described by what stands behind each name. */
function subsection(name: string, property: Property): string[] {
  if (property.properties !== undefined) return [section(name, property)];
  const mapping = property.anyOf?.find(({ properties }) => properties !== undefined);
  if (mapping !== undefined) return [section(name, { ...mapping, ...described(property) })];
  const values = property.additionalProperties;
  if (typeof values !== 'object' || values.properties === undefined) return [];
  return [section(`${name}.NAME`, { ...values, ...described(property) })];
}

const described = ({ description }: Property): Property => (description === undefined ? {} : { description });

function typeOf(property: Property): string {
  const kinds = property.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (kinds.length > 1) return kinds.map(typeOf).join(' or ');
  const [optional] = kinds;
  if (optional !== undefined) return `${typeOf(optional)}, or \`null\` for none`;
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.enum !== undefined) return property.enum.map((value) => `\`${value}\``).join(', ');
  if (property.type === 'object') return 'mapping';
  if (property.type === 'array') return `list of ${typeOf(property.items ?? {})}`;
  if (property.type !== 'integer' && property.type !== 'number')
    return property.type === 'boolean' ? '`true`, `false`' : 'text';
  const kind = property.type === 'integer' ? 'integer' : 'number';
  const low = property.minimum ?? property.exclusiveMinimum;
  const above = property.exclusiveMinimum === undefined ? '' : 'above ';
  return low === undefined ? kind : `${kind}, ${above}${figure(low)} to ${figure(property.maximum as number)}`;
}

const figure = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 6 });

function defaultOf({ default: value }: Property): string {
  if (value === undefined || value === null || value === '') return 'none';
  return `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``;
}

const COMMAND_LINE_START = `# Command line

\`hotlap COMMAND …\` where the package is installed, \`npm run -s hotlap -- COMMAND …\` in the repository; \`npm start\` is
\`hotlap demo\`. Exit status: 0 success, 1 failure, 2 wrong usage. With \`--json\`, stdout carries exactly one JSON
document, also for a failure; progress and logs go to stderr, progress bars only where that is a terminal. Ctrl-C (or
SIGTERM) stops in order: open orders are cancelled, the session is logged out; a second one ends the process at once.

Environment: \`HOTLAP_DEBUG=1\` adds stacks to failures.
`;

/** docs/reference/command-line.md */
export function commandLinePage(): string {
  const commands = createProgram().commands.flatMap((command) => leaves(command, command.name()));
  return `${COMMAND_LINE_START}\n${commands.map(([name, command]) => commandSection(name, command)).join('\n')}`;
}

const leaves = (command: Command, name: string): [string, Command][] =>
  command.commands.length === 0
    ? [[name, command]]
    : command.commands.flatMap((child) => leaves(child, `${name} ${child.name()}`));

function commandSection(name: string, command: Command): string {
  const args = command.registeredArguments
    .map((argument) => (argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`))
    .join('');
  const rows = command.options.map((option: Option) => `| \`${option.flags}\` | ${option.description} |`);
  const flags = rows.length === 0 ? 'No flags.' : `| flag | meaning |\n|---|---|\n${rows.join('\n')}`;
  return `## \`hotlap ${name}${args}\`\n\n${command.description()}\n\n${flags}\n`;
}
