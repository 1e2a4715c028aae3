import { Command } from 'commander';
import { freezeDeep, loadConfig } from '../app/config/index.ts';
import { exit } from './exit.ts';
import { integer } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap doctor
  hotlap doctor --config engine.yaml --hot-core 3
  hotlap doctor --interface eth1 --json
  hotlap doctor --strict --skip mitigations,ptp-clocks

It looks at this host for the user who runs it, and changes nothing. Each line: what was found, why
it matters, the command that mends it (docs/guides/tune-the-host.md). Exit status 0; with --strict 1
unless every check is ok.`;

interface Flags {
  config?: string;
  interface?: string[];
  hotCore?: number;
  strict?: boolean;
  skip?: string[];
  json?: boolean;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Whether this host is set up for low latency and kernel bypass: what was found, and how to mend it.')
    .addHelpText('after', EXAMPLES)
    .option('--config <file>', 'YAML configuration: only what its feed and venue need, and their interfaces')
    .option('--interface <list>', 'network interfaces, by name or IPv4 address (default: cards that are up)', list)
    .option(
      '--hot-core <cpu>',
      'CPU of the hot loop (default: the highest that is allowed)',
      integer('--hot-core', 0, 1023),
    )
    .option('--skip <list>', 'checks to leave out, by their name in --json', list)
    .option('--strict', 'exit status 1 unless every check is ok; what cannot be read is not')
    .option('--json', 'print one JSON document on stdout')
    .action(doctor);
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

async function doctor(flags: Flags): Promise<never> {
  const feed = flags.config === undefined ? null : (loadConfig(flags.config).config.feeds[0] ?? null);
  const [{ doctor: look }, { doctorSummary }] = await Promise.all([
    import('../app/doctor/doctor.ts'),
    import('../report/doctor-summary.ts'),
  ]);
  const result = look(
    freezeDeep({
      hotCore: flags.hotCore ?? null,
      interfaces: flags.interface ?? (feed === null ? [] : [feed.interface]),
      feed,
      skip: flags.skip ?? [],
    }),
  );
  process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : doctorSummary(result));
  return exit(flags.strict === true && result.findings.some(({ verdict }) => verdict !== 'ok') ? 1 : 0);
}
