import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig, sessionConfigOf, venueDictionaries } from '../../../app/config/index.ts';
import { standardDictionary } from '../../../app/fix-dictionary.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-venue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(lines: string) {
  const file = join(folder, 'engine.yaml');
  writeFileSync(
    file,
    `venues:\n  - host: fix.example.com\n    port: 9878\n    senderCompId: ME\n    targetCompId: THEM\n${lines}`,
  );
  const { config, where } = loadConfig(file);
  return venueDictionaries(config.venues[0]!, folder, (path) => where(['venues', 0, ...path]).replace(folder, ''));
}

const fields = (yaml: string): string => `    orders:\n      fields:\n        NewOrderSingle:\n          ${yaml}\n`;

describe('what a dialect adds to orders', () => {
  test.each([
    ['9001: Y', ''],
    [
      '1133: G',
      /^\/engine\.yaml:9: `orders\.fields\.NewOrderSingle\.1133` is wrong: FIX\.4\.4 has no tag 1133; .*`dictionary`/,
    ],
    ['4321: X', /FIX\.4\.4 has no tag 4321; correct it/],
    ['31: "1"', /LastPx\(31\) is no field of NewOrderSingle in FIX\.4\.4; leave it out/],
    ['38: "5"', /OrderQty\(38\) is written by the engine itself; leave it out/],
    ['1: ACC', /Account\(1\) has a setting of its own, `orders\.account`/],
    ['453: "1"', /NoPartyIDs\(453\) counts or measures what follows it/],
    ['581: "77"', /`77` is no value of AccountType\(581\) in FIX\.4\.4/],
    ['581: "1"', ''],
    ['50: DESK7', ''],
    ['18: G', /ExecInst\(18\) has a setting of its own, `orders\.execInst`/],
  ])('is held against FIX.4.4: %s', async (yaml, message) => {
    if (message === '') await expect(check(fields(yaml))).resolves.toHaveProperty('session.version', 'FIX.4.4');
    else await expect(check(fields(yaml))).rejects.toThrow(message);
  });

  test('is held against the application version over FIXT.1.1', async () => {
    const version = '    beginString: FIXT.1.1\n    defaultApplVerId: FIX.5.0SP2\n';
    const found = await check(`${version}${fields('1133: G')}    validation: {}\n`);
    expect(found.application.version).toBe('FIX.5.0SP2');
    expect(found.session.version).toBe('FIXT.1.1');
    expect(found.validation?.options).toEqual({
      fieldsInOrder: true,
      valuesPresent: true,
      knownFields: true,
      userDefinedFields: true,
    });
    await expect(check(`${version}${fields('4321: X')}`)).rejects.toThrow(/FIX\.5\.0SP2 has no tag 4321/);
  });

  test('is refused where the setting itself does not fit the version', async () => {
    await expect(check('    orders: { handlInst: "1", execInst: "?" }\n')).rejects.toThrow(
      /`orders\.execInst` is wrong: `\?` is no value of ExecInst\(18\)/,
    );
    await expect(check('    orders: { symbols: { AAPL: { securityId: X, idSource: "?" } } }\n')).rejects.toThrow(
      /engine\.yaml:6: `orders\.symbols\.AAPL\.idSource` is wrong: `\?` is no value of SecurityIDSource\(22\)/,
    );
  });

  test('may come from a dictionary of the venue, whose own faults are named with line and column', async () => {
    writeFileSync(join(folder, 'broken.xml'), '<fix major="4" minor="4">\n <header>\n</fix>');
    await expect(check('    dictionary: broken.xml\n')).rejects.toThrow(/broken\.xml:3/);
    await expect(check('    dictionary: broken.xml\n')).rejects.toMatchObject({ exitStatus: 2 });
    await expect(check('    dictionary: missing.xml\n')).rejects.toMatchObject({
      message: expect.stringMatching(/missing\.xml does not exist: check the path/),
      exitStatus: 2,
    });
  });

  const FIXT = '    beginString: FIXT.1.1\n    defaultApplVerId: FIX.5.0SP2\n';

  test('must come from a dictionary of the version that is spoken', async () => {
    for (const version of ['FIX.4.2', 'FIX.5.0SP2', 'FIXT.1.1'])
      writeFileSync(join(folder, `${version}.xml`), await standardDictionary(version));
    await expect(check('    dictionary: FIX.4.2.xml\n')).rejects.toMatchObject({
      code: 'ERR_CONFIG_VALUE',
      exitStatus: 2,
      message: expect.stringMatching(
        /^\/engine\.yaml:6: `dictionary` is wrong: FIX\.4\.2\.xml is a dictionary of FIX\.4\.2, and the venue speaks FIX\.4\.4;/,
      ),
    });
    await expect(check(`${FIXT}    dictionary: FIXT.1.1.xml\n`)).rejects.toThrow(
      /a dictionary of FIXT\.1\.1, and the venue speaks FIX\.5\.0SP2; name it as `sessionDictionary`/,
    );
    await expect(check(`${FIXT}    sessionDictionary: FIX.5.0SP2.xml\n`)).rejects.toThrow(
      /`sessionDictionary` is wrong: .* of FIX\.5\.0SP2, and the venue speaks FIXT\.1\.1/,
    );
    const found = await check(`${FIXT}    dictionary: FIX.5.0SP2.xml\n    sessionDictionary: FIXT.1.1.xml\n`);
    expect([found.session.version, found.application.version]).toEqual(['FIXT.1.1', 'FIX.5.0SP2']);
    await expect(check('    sessionDictionary: FIXT.1.1.xml\n')).rejects.toThrow(
      /sessionDictionary.* goes with beginString FIXT/,
    );
  });

  test('tells the session which of its fields hold data, with and without validation', async () => {
    const own = (await standardDictionary('FIX.4.4')).replace(
      '</fields>',
      "<field number='9001' name='VenueBlobLen' type='LENGTH'/><field number='9002' name='VenueBlob' type='DATA'/></fields>",
    );
    writeFileSync(
      join(folder, 'own.xml'),
      own.replace(
        /(<message name='News'[^>]*>)/,
        "$1<field name='VenueBlobLen' required='N'/><field name='VenueBlob' required='N'/>",
      ),
    );
    const { dataFields } = await check('    dictionary: own.xml\n');
    expect(dataFields).toContainEqual([9001, 9002]);
    const venue = loadConfig(join(folder, 'engine.yaml')).config.venues[0]!;
    expect(sessionConfigOf(venue, dataFields).dataFields).toBe(dataFields);
    expect((await check('')).dataFields).toBeUndefined();
  });
});
