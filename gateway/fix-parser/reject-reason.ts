/** What `MessageValidator.validate` returns for a message with nothing wrong. */
export const VALID = -1;

/** SessionRejectReason(373), as far as a dictionary decides it. */
export const REJECT_REASON = {
  invalidTagNumber: 0,
  requiredTagMissing: 1,
  tagNotDefinedForMessage: 2,
  tagWithoutValue: 4,
  valueIncorrect: 5,
  incorrectDataFormat: 6,
  invalidMsgType: 11,
  tagAppearsMoreThanOnce: 13,
  tagOutOfRequiredOrder: 14,
  groupFieldsOutOfOrder: 15,
  incorrectNumInGroup: 16,
} as const;
