/** `npm run docs`: the API reference has every name, and each says what it is. */
import { join } from 'node:path';
import { Application, type DeclarationReflection, Logger, LogLevel } from 'typedoc';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';

const warnings: string[] = [];
class Listener extends Logger {
  override log(text: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) warnings.push(text);
  }
}

let modules: DeclarationReflection[];

beforeAll(async () => {
  const app = await Application.bootstrapWithPlugins({ options: join(packageRoot, 'typedoc.json') });
  app.logger = new Listener();
  const project = await app.convert();
  if (project === undefined) throw new Error(`typedoc has failed:\n${warnings.join('\n')}`);
  app.validate(project);
  modules = project.children ?? [];
});

test('what is exported mentions nothing that is not, and no link leads nowhere', () => {
  expect(warnings).toEqual([]);
});

test('everything that can be imported says what it is', () => {
  expect(modules.map(({ name }) => name)).toEqual(['hotlap', 'hotlap/testing']);
  const mute = modules.flatMap(({ name: module, children = [] }) =>
    children
      .filter((each) => !each.hasComment() && !each.signatures?.some((signature) => signature.hasComment()))
      .map(({ name }) => `${module}: ${name}`),
  );
  expect(mute).toEqual([]);
});
