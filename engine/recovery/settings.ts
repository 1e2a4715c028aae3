/** How what an earlier run, or an earlier connection, has left is settled with the venue. */
export interface RecoverySettings {
  /**
   * Orders under ClOrdIDs of ours that the venue has open and the journal does not know: after a power failure, the last
   * ones sent. `refuse`: the engine does not arm until a person does.
   */
  unknownOrders: 'cancel' | 'adopt' | 'refuse';
  /** Orders that the venue confirms as open: with `cancel` a start begins with none. */
  openOrders: 'keep' | 'cancel';
  /** Where the venue says otherwise than its reports have told so far: what it says counts; `refuse` arms by hand only. */
  differences: 'accept' | 'refuse';
  /** Orders of which the venue has not said in time what became of them. */
  unanswered: 'refuse' | 'accept';
  /** The venue cancels open orders when the connection is lost: found so, they are no difference. */
  cancelOnDisconnect: boolean;
  /** From the Logon on: how long the venue may take for its answers. */
  timeoutMs: number;
}

export const DEFAULT_RECOVERY: Readonly<RecoverySettings> = Object.freeze({
  unknownOrders: 'cancel',
  openOrders: 'keep',
  differences: 'accept',
  unanswered: 'refuse',
  cancelOnDisconnect: false,
  timeoutMs: 20_000,
});
