import type { DictionaryData } from 'fix-parser';

/** A version of FIX with a few fields, components, groups within groups and two messages. */
export const SMALL: DictionaryData = {
  version: 'FIX.4.4',
  fields: [
    [8, 'BeginString', 'STRING'],
    [9, 'BodyLength', 'LENGTH'],
    [10, 'CheckSum', 'STRING'],
    [
      35,
      'MsgType',
      'STRING',
      [
        ['0', 'HEARTBEAT'],
        ['D', 'ORDER'],
      ],
    ],
    [34, 'MsgSeqNum', 'SEQNUM'],
    [49, 'SenderCompID', 'STRING'],
    [56, 'TargetCompID', 'STRING'],
    [43, 'PossDupFlag', 'BOOLEAN'],
    [52, 'SendingTime', 'UTCTIMESTAMP'],
    [93, 'SignatureLength', 'LENGTH'],
    [89, 'Signature', 'DATA'],
    [112, 'TestReqID', 'STRING'],
    [11, 'ClOrdID', 'STRING'],
    [
      18,
      'ExecInst',
      'MULTIPLEVALUESTRING',
      [
        ['1', 'NOT_HELD'],
        ['G', 'ALL_OR_NONE'],
        ['AB', 'TWO_LETTERS'],
      ],
    ],
    [38, 'OrderQty', 'QTY'],
    [
      40,
      'OrdType',
      'CHAR',
      [
        ['1', 'MARKET'],
        ['2', 'LIMIT'],
      ],
    ],
    [44, 'Price', 'PRICE'],
    [55, 'Symbol', 'STRING'],
    [64, 'SettlDate', 'LOCALMKTDATE'],
    [200, 'MaturityMonthYear', 'MONTHYEAR'],
    [205, 'MaturityDay', 'DAYOFMONTH'],
    [273, 'MDEntryTime', 'UTCTIMEONLY'],
    [453, 'NoPartyIDs', 'NUMINGROUP'],
    [448, 'PartyID', 'STRING'],
    [
      452,
      'PartyRole',
      'INT',
      [
        ['1', 'FIRM'],
        ['12', 'TRADER'],
      ],
    ],
    [802, 'NoPartySubIDs', 'NUMINGROUP'],
    [523, 'PartySubID', 'STRING'],
    [803, 'PartySubIDType', 'INT'],
    [7001, 'RiskTag', 'STRING'],
    [1401, 'EncryptedPasswordLen', 'LENGTH'],
    [1402, 'EncryptedPassword', 'DATA'],
  ],
  header: [
    [8, 1],
    [9, 1],
    [35, 1],
    [49, 1],
    [56, 1],
    [34, 1],
    [43, 0],
    [52, 1],
  ],
  trailer: [
    [93, 0],
    [89, 0],
    [10, 1],
  ],
  components: {
    Instrument: [
      [55, 1],
      [200, 0],
      [205, 0],
    ],
    Parties: [
      [
        453,
        0,
        [
          [448, 1],
          [452, 0],
          [
            802,
            0,
            [
              [523, 0],
              [803, 0],
            ],
          ],
        ],
      ],
    ],
  },
  messages: [
    ['0', 'Heartbeat', 'admin', [[112, 0]]],
    [
      'D',
      'NewOrderSingle',
      'app',
      [
        [11, 1],
        ['Parties', 0],
        ['Instrument', 1],
        [18, 0],
        [38, 0],
        [40, 1],
        [44, 0],
        [64, 0],
        [273, 0],
        [1401, 0],
        [1402, 0],
        [7001, 0],
      ],
    ],
  ],
};
