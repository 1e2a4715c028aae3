/** SessionRejectReason(373) with the texts that other engines send for them. */
export const REJECT = {
  invalidTagNumber: 0,
  requiredTagMissing: 1,
  tagNotDefinedForMessage: 2,
  tagWithoutValue: 4,
  valueIncorrect: 5,
  incorrectDataFormat: 6,
  decryptionProblem: 7,
  compIdProblem: 9,
  sendingTimeAccuracy: 10,
  invalidMsgType: 11,
  tagAppearsMoreThanOnce: 13,
  tagOutOfRequiredOrder: 14,
  groupFieldsOutOfOrder: 15,
  incorrectNumInGroup: 16,
} as const;

/** RefTagID(371) left out: no single tag is to blame. (0 is a tag that a message can be rejected for.) */
export const NO_REF_TAG = -2_147_483_648;

export const REJECT_TEXT: Readonly<Record<number, string>> = {
  [REJECT.invalidTagNumber]: 'Invalid tag number',
  [REJECT.requiredTagMissing]: 'Required tag missing',
  [REJECT.tagNotDefinedForMessage]: 'Tag not defined for this message type',
  [REJECT.tagWithoutValue]: 'Tag specified without a value',
  [REJECT.valueIncorrect]: 'Value is incorrect (out of range) for this tag',
  [REJECT.incorrectDataFormat]: 'Incorrect data format for value',
  [REJECT.decryptionProblem]: 'Decryption problem',
  [REJECT.compIdProblem]: 'CompID problem',
  [REJECT.sendingTimeAccuracy]: 'SendingTime accuracy problem',
  [REJECT.invalidMsgType]: 'Invalid MsgType',
  [REJECT.tagAppearsMoreThanOnce]: 'Tag appears more than once',
  [REJECT.tagOutOfRequiredOrder]: 'Tag specified out of required order',
  [REJECT.groupFieldsOutOfOrder]: 'Repeating group fields out of order',
  [REJECT.incorrectNumInGroup]: 'Incorrect NumInGroup count for repeating group',
};

/** BusinessRejectReason(380). */
export const BUSINESS_REJECT = {
  other: 0,
  unknownId: 1,
  unsupportedMessageType: 3,
  applicationNotAvailable: 4,
  conditionallyRequiredMissing: 5,
} as const;
