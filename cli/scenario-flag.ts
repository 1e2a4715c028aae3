/** The flag of the commands in which the simulated exchange can misbehave. */
import type { Command } from 'commander';
import { loadScenario } from '../app/config/index.ts';
import type { SimulationSettings } from '../app/options.ts';

export interface ScenarioFlag {
  scenario?: string;
}

export const addScenarioFlag = (command: Command): Command =>
  command.option('--scenario <file>', 'how the exchange misbehaves: a YAML file, or the name of a shipped scenario');

export const withScenario = (simulation: SimulationSettings, { scenario }: ScenarioFlag): SimulationSettings =>
  scenario === undefined ? simulation : { ...simulation, scenario: loadScenario(scenario) };
