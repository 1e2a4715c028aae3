/** `10=`, three digits and SOH. */
export const TRAILER_BYTES = 7;

/** Digits of BodyLength(9) that are read and written. */
export const MAX_BODY_LENGTH_DIGITS = 7;
