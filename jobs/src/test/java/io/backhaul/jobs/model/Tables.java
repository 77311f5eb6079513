/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/** The ledger's tables, as far as the protocol reads them, and the lease. */
final class Tables {

  final int[] state;
  final int[] stateRun;
  long stateFence;
  int cursor = -1;
  int deletesRun;
  long watermarkFence;
  long deliveriesEpoch;
  long lettersEpoch;
  long lettersFence;

  /** Of the letter of each key that is not resolved: the row it holds back, or 0. */
  final int[] letterHash;

  final int[] letterRun;

  /** Those that wait for a person, who alone can tell whether the insert was applied. */
  int lettersInDoubt;

  long leaseEpoch;
  boolean leaseHeld;
  boolean leaseRanOut;

  Tables(int keys) {
    state = new int[keys];
    stateRun = new int[keys];
    letterHash = new int[keys];
    letterRun = new int[keys];
  }

  int openLetters() {
    int open = 0;
    for (int key = 0; key < letterHash.length; key++) {
      if (letterHash[key] != 0) {
        open |= 1 << key;
      }
    }
    return open;
  }

  boolean nothingDelivered() {
    for (int held : state) {
      if (held != 0) {
        return false;
      }
    }
    return true;
  }
}
