/** A dictionary as a file in QuickFIX's XML format, and a small one to break. */
import type { DictionaryData, MemberData } from 'fix-parser';

const escaped = (text: string): string =>
  text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

const element = (name: string, attributes: Record<string, string | number>, children: readonly string[]): string => {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}='${escaped(String(value))}'`);
  return children.length === 0
    ? `<${name}${text.join('')}/>`
    : `<${name}${text.join('')}>\n${children.join('\n')}\n</${name}>`;
};

export function dictionaryXml(data: DictionaryData): string {
  const nameOf = new Map(data.fields.map(([tag, name]) => [tag, name]));
  const memberXml = (member: MemberData): string => {
    const required = member[1] === 1 ? 'Y' : 'N';
    if (typeof member[0] === 'string') return element('component', { name: member[0], required }, []);
    const kind = member.length === 3 ? 'group' : 'field';
    const inner = member.length === 3 ? member[2].map(memberXml) : [];
    return element(kind, { name: nameOf.get(member[0]) as string, required }, inner);
  };
  const [, type, major, minor, servicepack = 0] = /^(FIXT?)\.(\d)\.(\d)(?:SP(\d+))?$/.exec(data.version) ?? [];
  return element('fix', { type, major, minor, servicepack } as Record<string, string>, [
    element('header', {}, data.header.map(memberXml)),
    element(
      'messages',
      {},
      data.messages.map(([msgtype, name, msgcat, members]) =>
        element('message', { name, msgtype, msgcat }, members.map(memberXml)),
      ),
    ),
    element('trailer', {}, data.trailer.map(memberXml)),
    element(
      'components',
      {},
      Object.entries(data.components).map(([name, members]) => element('component', { name }, members.map(memberXml))),
    ),
    element(
      'fields',
      {},
      data.fields.map(([number, name, fieldType, values = []]) =>
        element(
          'field',
          { number, name, type: fieldType },
          values.map(([value, description]) => element('value', { enum: value, description }, [])),
        ),
      ),
    ),
  ]);
}

/** A custom field above 5000, a component, groups in a group. */
export const TINY_XML = `<?xml version='1.0' encoding='UTF-8'?>
<!-- a venue's own -->
<fix type='FIX' major='4' minor='4' servicepack='0'>
  <header>
    <field name='BeginString' required='Y'/>
    <field name='BodyLength' required='Y'/>
    <field name='MsgType' required='Y'/>
  </header>
  <messages>
    <message name='Heartbeat' msgtype='0' msgcat='admin'/>
    <message name='NewOrderSingle' msgtype='D' msgcat='app'>
      <field name='Side' required='Y'/>
      <component name='Legs' required='N'/>
      <field name='VenueFlag' required='N'/>
    </message>
  </messages>
  <trailer>
    <field name='CheckSum' required='Y'/>
  </trailer>
  <components>
    <component name='Legs'>
      <group name='NoLegs' required='N'>
        <field name='LegSymbol' required='Y'/>
        <group name='NoLegAllocs' required='N'>
          <field name='LegAllocAccount' required='N'/>
        </group>
      </group>
    </component>
  </components>
  <fields>
    <field number='54' name='Side' type='CHAR'>
      <value enum='1' description='BUY'/>
      <value enum='2' description='SELL'/>
    </field>
    <field number='8' name='BeginString' type='STRING'/>
    <field number='9' name='BodyLength' type='LENGTH'/>
    <field number='10' name='CheckSum' type='STRING'/>
    <field number='35' name='MsgType' type='STRING'/>
    <field number='555' name='NoLegs' type='NUMINGROUP'/>
    <field number='600' name='LegSymbol' type='STRING'/>
    <field number='670' name='NoLegAllocs' type='NUMINGROUP'/>
    <field number='671' name='LegAllocAccount' type='STRING'/>
    <field number='20001' name='VenueFlag' type='BOOLEAN'/>
  </fields>
</fix>
`;
