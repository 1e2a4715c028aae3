import type { Version } from './hotlap-side.ts';

export const FIX42: Version = { name: 'FIX.4.2', beginString: 'FIX.4.2', tables: ['FIX.4.2', 'FIX.4.2'] };
export const FIX44: Version = { name: 'FIX.4.4', beginString: 'FIX.4.4', tables: ['FIX.4.4', 'FIX.4.4'] };
export const FIX50SP2: Version = {
  name: 'FIX.5.0SP2 over FIXT.1.1',
  beginString: 'FIXT.1.1',
  defaultApplVerId: '9',
  tables: ['FIXT.1.1', 'FIX.5.0SP2'],
};
