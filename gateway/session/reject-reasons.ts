import { INVALID_INT, REJECT_REASON } from 'fix-parser';

/** SessionRejectReason(373): what a dictionary decides, and what the session does. */
export const REJECT = {
  ...REJECT_REASON,
  decryptionProblem: 7,
  compIdProblem: 9,
  sendingTimeAccuracy: 10,
} as const;

/** RefTagID(371) left out: no single tag is to blame, as the validator says it. (0 is a tag that a message can be rejected for.) */
export const NO_REF_TAG = INVALID_INT;

/** The texts that other engines send for them. */
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
