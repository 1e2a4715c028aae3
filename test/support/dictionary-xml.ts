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
