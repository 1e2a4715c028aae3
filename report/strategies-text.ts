import { range } from './control-text.ts';
import { printable } from './format.ts';
import type { ParameterListing, StrategiesResult, StrategyListing } from './strategy-listing.ts';
import { table, wrap } from './table.ts';

const TEXT_WIDTH = 100;
const INDENT = '  ';

export function strategiesText({ strategies }: StrategiesResult): string {
  const blocks = strategies.map((strategy) => strategyLines(strategy).map(printable).join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

function strategyLines({ source, description, parameters, problem }: StrategyListing): string[] {
  if (problem !== undefined) return [source, ...indented(`cannot be loaded: ${problem}`)];
  return [
    source,
    ...(description === '' ? [] : indented(description)),
    ...(parameters.length === 0 ? [] : parameterLines(parameters).map((line) => INDENT + line)),
  ];
}

const indented = (text: string): string[] => wrap(text, TEXT_WIDTH - INDENT.length).map((line) => INDENT + line);

function parameterLines(parameters: readonly ParameterListing[]): string[] {
  const rows = parameters.map(({ name, kind, default: value, live, min, max, description }) => [
    name,
    kind,
    String(value),
    range(min, max),
    live ? 'live' : 'fixed',
    description ?? '',
  ]);
  return table(
    [['parameter', 'kind', 'default', 'range', '', ''], ...rows],
    ['left', 'left', 'right', 'left', 'left', 'left'],
  );
}
